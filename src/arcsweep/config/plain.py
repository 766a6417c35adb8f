"""Only what JSON can say: text keys over mappings, lists, text, numbers, true, false and null."""

from collections.abc import Iterator, Mapping
from typing import Any

from arcsweep.config.base import Key, Problem
from arcsweep.config.text import shown

_MAX_DEPTH = 20
"""Far more than any config needs; a YAML alias to its own parent never ends."""

_MAX_VALUES = 20_000
"""Far more, too; a few lines of YAML aliases to one another unfold to any number of values."""


def plain_problems(value: Any) -> Iterator[Problem]:
    """What in ``value`` has no place in a config, such as dates, sets and keys that are no text."""
    if _exceeds(value, _MAX_VALUES):
        yield Problem((), f"must not hold more than {_MAX_VALUES} values; shorten it")
    else:
        yield from _not_plain(value, ())


def _exceeds(value: Any, most: int) -> bool:
    """Whether ``value`` has more than ``most`` values down to the greatest depth."""
    left = [(value, 0)]
    n_seen = 0
    while left and n_seen <= most:
        item, depth = left.pop()
        n_seen += 1
        if depth <= _MAX_DEPTH and isinstance(item, Mapping | list | tuple):
            inner = item.values() if isinstance(item, Mapping) else item
            left += ((below, depth + 1) for below in inner)
    return n_seen > most


def _not_plain(value: Any, at: Key) -> Iterator[Problem]:
    if len(at) > _MAX_DEPTH:
        yield Problem(at[:2], "must not be nested this deeply, or refer to itself")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str) and _is_whole(key):
                yield from _not_plain(item, (*at, key))
            elif isinstance(key, str):
                yield Problem(at, f"must have keys of whole characters, got {shown(key)}")
            else:
                yield Problem(
                    at, f"must have text as keys, got {shown(key)}; put the key in quotes"
                )
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _not_plain(item, (*at, index))
    elif isinstance(value, str) and not _is_whole(value):
        yield Problem(at, f"must be text of whole characters, got {shown(value)}; write it anew")
    elif not (value is None or isinstance(value, str | bool | int | float)):
        name = type(value).__name__
        yield Problem(at, f"must be text, a number, true or false, got a {name}; quote it as text")


def _is_whole(text: str) -> bool:
    """Without half of a surrogate pair, which no file and no database can hold."""
    return not any("\ud800" <= mark <= "\udfff" for mark in text)
