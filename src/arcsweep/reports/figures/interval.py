"""Interval charts as drawings, as the pages show them."""

from collections.abc import Iterator

from arcsweep.reports.figures.drawing import (
    Drawing,
    Line,
    Mark,
    Shape,
    Text,
    group_colour,
    group_shape,
)
from arcsweep.reports.rows import Chart, Row
from arcsweep.reports.words import percent, points

WIDTH, LEFT, RIGHT = 760.0, 270.0, 560.0
TOP, ROW = 34.0, 32.0

COLUMNS = ("row", "of", "estimate", "low", "high", "confidence", "n_tasks", "how", "mark")


def interval_drawing(chart: Chart) -> Drawing:
    """Rows from top to bottom: label, interval on the common axis, and the figures."""
    height = TOP + ROW * max(1, len(chart.rows)) + 26
    bottom = height - 24
    shapes: list[Shape] = []
    for tick in chart.ticks:
        x = _x(chart, tick)
        text = points(tick) if chart.signed else percent(tick)
        shapes += [Line(x, TOP - 4, x, bottom, "grid"), Text(x, bottom + 15, text, anchor="middle")]
    for at, reference in enumerate(chart.references):
        x = _x(chart, reference.value)
        shapes += [
            Line(x, TOP - 6, x, bottom, "neutral", 1.5, dashed=True),
            Text(x, TOP - 10 - 13 * (at % 2), reference.label, size=11, anchor="middle"),
        ]
    for at, row in enumerate(chart.rows):
        shapes += _row(chart, row, TOP + ROW * (at + 0.5))
    if not chart.rows:
        shapes.append(Text(LEFT, TOP + ROW / 2, "Nothing to show."))
    return Drawing(WIDTH, height, tuple(shapes))


def interval_rows(chart: Chart) -> Iterator[tuple[str | int | float, ...]]:
    """The chart's data, one row a line of it (COLUMNS); fractions, not percentages."""
    for row in chart.rows:
        i = row.interval
        figures: tuple[str | int | float, ...] = ("",) * 6
        if i is not None:
            ends = (i.estimate, i.low, i.high, i.confidence)
            figures = (*(round(v, 6) for v in ends), i.n_tasks, i.how)
        mark = "" if row.mark is None else round(row.mark, 6)
        yield (row.label, row.sublabel, *figures, mark)


def _x(chart: Chart, value: float) -> float:
    return LEFT + (RIGHT - LEFT) * float(chart.position(value)) / 100


def _row(chart: Chart, row: Row, y: float) -> Iterator[Shape]:
    low = y - 2 if row.sublabel else y + 4
    yield Text(LEFT - 14, low, row.label, "ink", 12, "end")
    if row.sublabel:
        yield Text(LEFT - 14, y + 11, row.sublabel, "soft", 10, "end")
    yield Text(WIDTH - 8, y + 4, row.text, "ink", 12, "end")
    if row.mark is not None:
        x = _x(chart, row.mark)
        yield Line(x, y - 11, x, y + 11, "soft", 3)
    if row.interval is not None:
        colour = group_colour(row.index)
        x1, x2 = _x(chart, row.interval.low), _x(chart, row.interval.high)
        yield Line(x1, y, x2, y, colour, 2 if row.optimistic else 4)
        x = _x(chart, row.interval.estimate)
        shape = group_shape(row.index)
        if row.optimistic:
            yield Mark(x, y, shape, "paper", 6, edge="paper")
        yield Mark(x, y, shape, colour, 6, filled=not row.optimistic)
