"""Figures and verdicts in plain words; the templates' filters."""

from collections.abc import Iterable
from typing import Any

from arcsweep.reports.statistics import Interval

NBSP = "\u00a0"
MINUS = "\u2212"


def percent(fraction: float | None, digits: int = 0) -> str:
    """A fraction as a percentage, a dash for None or NaN."""
    if fraction is None or fraction != fraction:
        return "–"
    return f"{_signless_zero(100 * fraction, digits)}{NBSP}%".replace("-", MINUS)


def points(fraction: float, digits: int = 0) -> str:
    """A difference of fractions in percentage points, with its sign."""
    text = _signless_zero(100 * fraction, digits)
    if not text.startswith("-") and float(text) != 0:
        text = f"+{text}"
    return text.replace("-", MINUS)


def spread(interval: Interval | None) -> str:
    """The two ends of an accuracy's interval."""
    if interval is None:
        return "–"
    low, high = (_signless_zero(100 * end, 0) for end in (interval.low, interval.high))
    return f"{low} to {high}{NBSP}%"


def with_spread(interval: Interval | None) -> str:
    """An accuracy and its interval: "34 % (25 to 43 %)"."""
    if interval is None:
        return "–"
    return f"{percent(interval.estimate)} ({spread(interval)})"


def points_with_spread(interval: Interval | None) -> str:
    """A difference and its interval in points."""
    if interval is None:
        return "–"
    ends = f"{points(interval.low)} to {points(interval.high)}"
    return f"{points(interval.estimate)} points ({ends})"


def paired_test(p: float | None) -> str:
    """The paired test's p-value in words."""
    if p is None:
        return "no test: too few answers differ"
    return f"paired test p{NBSP}<{NBSP}0.001" if p < 0.001 else f"paired test p{NBSP}={NBSP}{p:.3f}"


def duration(seconds: float) -> str:
    """Seconds as hours and minutes that a person reads."""
    if seconds < 60:
        return f"{seconds:.0f}{NBSP}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    hours, minutes = divmod(minutes, 60)
    if hours < 100:
        return f"{hours}{NBSP}h {minutes}{NBSP}min"
    return f"{hours:,}{NBSP}h"


def setting(value: Any) -> str:
    """A parameter's value, as the config would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def count(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 task", "3 tasks"."""
    return f"{n:,}{NBSP}{noun if n == 1 else plural or noun + 's'}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """Items as a sentence has them: "a, b and c"."""
    parts = list(items)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _signless_zero(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text
