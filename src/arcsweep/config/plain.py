"""Only what JSON can say: text keys over mappings, lists, text, numbers, true, false and null."""

from collections.abc import Iterator, Mapping
from typing import Any

from arcsweep.config.base import Key, Problem
from arcsweep.config.text import shown

_MAX_DEPTH = 20
"""Far more than any config needs; a YAML alias to its own parent never ends."""


def plain_problems(value: Any, at: Key = ()) -> Iterator[Problem]:
    """What in ``value`` has no place in a config, such as dates, sets and keys that are no text."""
    if len(at) > _MAX_DEPTH:
        yield Problem(at[:2], "must not be nested this deeply, or refer to itself")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str):
                yield from plain_problems(item, (*at, key))
            else:
                yield Problem(
                    at, f"must have text as keys, got {shown(key)}; put the key in quotes"
                )
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from plain_problems(item, (*at, index))
    elif not (value is None or isinstance(value, str | bool | int | float)):
        name = type(value).__name__
        yield Problem(at, f"must be text, a number, true or false, got a {name}; quote it as text")
