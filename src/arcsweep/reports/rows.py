"""Estimates with intervals on a common axis: what the pages draw most."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from arcsweep.reports.statistics import Interval


@dataclass(frozen=True)
class Row:
    """One line of an interval chart.

    index: of the group, which gives colour and shape; None for a neutral mark.
    mark: a value drawn as a tick on the line (such as what chance reaches), or None.
    optimistic: drawn hollow, for a figure that was selected for being high.
    """

    label: str
    text: str
    interval: Interval | None
    index: int | None = None
    sublabel: str = ""
    mark: float | None = None
    optimistic: bool = False


@dataclass(frozen=True)
class Reference:
    """A vertical line through all rows."""

    label: str
    value: float


@dataclass(frozen=True)
class Chart:
    """Rows and reference lines on an axis from ``low`` to ``high``, with ticks.

    signed: the axis shows differences in points rather than percentages.
    """

    label: str
    rows: tuple[Row, ...]
    references: tuple[Reference, ...]
    low: float
    high: float
    ticks: tuple[float, ...]
    signed: bool = False

    @property
    def methods(self) -> str:
        """How the intervals were made, each method once."""
        found = dict.fromkeys(row.interval.how for row in self.rows if row.interval is not None)
        return "; ".join(found)

    def position(self, value: float) -> str:
        """Where ``value`` lies on the axis, in percent of its width."""
        inside = min(max(value, self.low), self.high)
        return f"{100 * (inside - self.low) / (self.high - self.low):.2f}"

    def width(self, low: float, high: float) -> str:
        """Width of the span from ``low`` to ``high``, in percent."""
        return f"{float(self.position(high)) - float(self.position(low)):.2f}"


def share_chart(label: str, rows: Sequence[Row], references: Sequence[Reference] = ()) -> Chart:
    """A chart of fractions from 0 to as far as the rows go."""
    ends = [row.interval.high for row in rows if row.interval is not None]
    ends += [r.value for r in references] + [row.mark for row in rows if row.mark is not None]
    high = min(1.0, ceil(10 * max([0.1, *ends]) + 1e-9) / 10)
    step = 0.1 if high <= 0.6 else 0.2
    return Chart(label, tuple(rows), tuple(references), 0.0, high, _ticks(0.0, high, step))


def difference_chart(label: str, rows: Sequence[Row], zero: str) -> Chart:
    """A chart of differences, as far to the left as to the right; ``zero`` names its middle."""
    ends = [abs(e) for row in rows if row.interval for e in (row.interval.low, row.interval.high)]
    reach = min(1.0, ceil(10 * max([0.1, *ends]) + 1e-9) / 10)
    step = 0.1 if reach <= 0.3 else 0.2 if reach <= 0.6 else 0.5
    ticks = tuple(t for t in _ticks(0.0, reach, step) if t > 0)
    return Chart(
        label,
        tuple(rows),
        (Reference(zero, 0.0),),
        -reach,
        reach,
        (*(-t for t in reversed(ticks)), 0.0, *ticks),
        signed=True,
    )


def _ticks(low: float, high: float, step: float) -> tuple[float, ...]:
    n = int((high - low) / step + 1e-9)
    return tuple(round(low + i * step, 6) for i in range(n + 1))
