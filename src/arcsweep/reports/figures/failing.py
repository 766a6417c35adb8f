"""The tasks that a category fails on as one drawing, for papers."""

from collections.abc import Iterator, Sequence

from arcsweep.embeddings.record import Embeddings
from arcsweep.reports.arc_grid import COLOURS, LINES, Grid, boxes_of
from arcsweep.reports.failures import PAIRS, Failure
from arcsweep.reports.figures.drawing import Box, Drawing, Line, Shape, Text
from arcsweep.reports.words import percent

WIDTH, ROOM, GAP = 680.0, 140.0, 18.0
COLUMNS = ("task", "category", "taken_for", "share_of_answers", "share_right")


def failing_drawing(found: Embeddings, code: str, failing: Sequence[Failure]) -> Drawing:
    """A row a task: its first demonstration pairs, and what it is taken for."""
    shapes: list[Shape] = []
    y = 0.0
    for failure in failing:
        said = f"{failure.task}: {code}, {failure.taken_for}"
        said += f" ({percent(failure.said[1])} of the answers; {percent(failure.right)} right)"
        shapes.append(Text(0, y + 14, said, "ink", 12, bold=True))
        x, top = 0.0, y + 24
        for before, after in found.pairs[found.tasks.index(failure.task)][:PAIRS]:
            shapes += _grid(before, x, top)
            shapes += _arrow(x + ROOM + GAP / 2, top + ROOM / 2)
            shapes += _grid(after, x + ROOM + GAP, top)
            x += 2 * (ROOM + GAP) + GAP
        y = top + ROOM + 22
    return Drawing(WIDTH, max(y - 10, 20.0), tuple(shapes))


def failing_rows(code: str, failing: Sequence[Failure]) -> Iterator[tuple[str | float, ...]]:
    """One row a task (COLUMNS)."""
    for f in failing:
        yield (f.task, code, f.said[0], round(f.said[1], 6), round(f.right, 6))


def _grid(grid: Grid, left: float, top: float) -> Iterator[Shape]:
    """In the middle of a square of ROOM."""
    height, width = grid.shape
    cell = min(ROOM / max(height, width), 20.0)
    x0, y0 = left + (ROOM - width * cell) / 2, top + (ROOM - height * cell) / 2
    yield Box(x0 - 1, y0 - 1, width * cell + 2, height * cell + 2, LINES)
    for colour, boxes in boxes_of(grid):
        for x, y, w, h in boxes:
            yield Box(x0 + x * cell, y0 + y * cell, w * cell, h * cell, COLOURS[colour])


def _arrow(x: float, y: float) -> Iterator[Shape]:
    """Drawn, because the PDF's font has none."""
    yield Line(x - 5, y, x + 5, y, "soft", 1.5)
    yield Line(x + 5, y, x + 1, y - 4, "soft", 1.5)
    yield Line(x + 5, y, x + 1, y + 4, "soft", 1.5)
