"""How errors write keys, values and several problems."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from arcsweep.config.base import Key, Problem
from arcsweep.errors import ConfigError, printable

_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")
_MAX_SHOWN = 60  # characters
_MAX_BITS = 200  # of a whole number; Python refuses to print the largest


def dotted(key: Key) -> str:
    """A key as a user writes it: ``study.space.depth.choices[0]``; always on one line."""
    text = ""
    for part in key:
        text += (
            f"[{part}]"
            if isinstance(part, int)
            else f".{part if part.isprintable() else repr(part)}"
        )
    return text.removeprefix(".") or "the config"


def shown(value: Any) -> str:
    """A value as YAML users know it, short, on one line and without credentials."""
    match value:
        case None:
            text = "null"
        case bool():
            text = "true" if value else "false"
        case str():
            text = _CREDENTIALS.sub("***@", f"'{value}'")
        case Mapping():
            return "a mapping"
        case list() | tuple():
            text = f"[{', '.join(shown(item) for item in value)}]"
        case int() if value.bit_length() > _MAX_BITS:
            return f"a whole number of {value.bit_length()} bits"
        case _:
            text = str(value)
    text = printable(" ".join(text.split())) or "''"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def nearest(name: str, valid: Iterable[str]) -> str:
    """``; did you mean x?`` for the valid name most like ``name``, or nothing."""
    close = difflib.get_close_matches(name, list(valid), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def refuse(problems: Iterable[Problem], source_of: Callable[[Key], str]) -> None:
    """Raise ConfigError with one line for each problem and its source; nothing without one."""
    lines = [f"{dotted(p.key)} {p.text} ({source_of(p.key)})" for p in problems]
    if lines:
        raise ConfigError("\n".join(dict.fromkeys(lines)))
