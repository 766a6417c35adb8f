"""The search's history as a drawing."""

from arcsweep.reports.figures.drawing import (
    Drawing,
    Line,
    Mark,
    Polyline,
    Shape,
    Text,
    group_colour,
    group_shape,
)
from arcsweep.reports.history import History


def search_drawing(found: History) -> Drawing:
    """The best value of each trial by its number, with a key."""
    shapes: list[Shape] = []
    for y, text in found.y_ticks:
        shapes.append(Line(found.left, y, found.right, y, "grid"))
        shapes.append(Text(found.left - 6, y + 4, text, anchor="end"))
    shapes += [Text(x, found.bottom + 16, text, anchor="middle") for x, text in found.x_ticks]
    middle = (found.left + found.right) / 2
    shapes.append(Text(middle, found.bottom + 32, "trial number", anchor="middle"))
    for series in found.series:
        colour, shape = group_colour(series.index), group_shape(series.index)
        if series.best:
            line = [tuple(map(float, point.split(","))) for point in series.best.split()]
            shapes.append(Polyline(tuple((x, y) for x, y in line), colour))
        shapes += [Mark(p.x, p.y, shape, colour, 4, p.complete, text=p.text) for p in series.points]
    x, y = float(found.left), found.height + 16.0
    for series in found.series:
        shapes.append(Mark(x, y - 4, group_shape(series.index), group_colour(series.index), 5))
        shapes.append(Text(x + 10, y, series.label))
        x += 34 + 7 * len(series.label)
    shapes.append(
        Text(x, y, "filled: trained to the end; hollow: ended earlier; line: best so far")
    )
    return Drawing(found.width, found.height + 26, tuple(shapes))
