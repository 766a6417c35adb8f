"""Maps of the embeddings: every labelled task as a point."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from arcsweep.embeddings.projection import NEIGHBOURS
from arcsweep.embeddings.record import STATISTICS, Embeddings, Space
from arcsweep.labels.taxonomy import CATEGORIES, CATEGORY_NAMES
from arcsweep.reports.figures.drawing import Drawing, Line, Mark, Shape, Text
from arcsweep.reports.words import listed

SIDE, MARGIN, KEY_WIDTH, KEY_HEIGHT = 520.0, 16.0, 190.0, 270.0
SMALL_SIDE = 380.0

MEANINGLESS = (
    "A map keeps who is near whom, in part. How far groups lie from each other, how wide they are,"
    " and the directions mean nothing."
)
"""What no such map shows; for captions."""

CODES = (
    "A code beside a diamond says what most of the map’s models, which were not trained on that"
    " task, wrongly take it for."
)
"""What stands on a category's map; for captions."""

COLUMNS = ("task", "category", "side", "x", "y", "answers")


def whole_map(found: Embeddings, space: Space, key: bool = True) -> Drawing:
    """All categories at once; a page that has a key of its own does without."""
    shapes: list[Shape] = list(_frame(SIDE, _height(space, SIDE)))
    for row in _order(found):
        code, trained = found.categories[row], found.trained[row]
        x, y = _place(space, row, SIDE)
        shape, radius = ("circle", 3.4) if trained else ("diamond", 5.0)
        edge = "" if trained else "ink"
        text = point_text(found, space, row)
        shapes.append(Mark(x, y, shape, f"c-{code}", radius, True, edge, text))
    shapes += _names(found, space)
    if not key:
        return Drawing(SIDE, _height(space, SIDE), tuple(shapes))
    shapes += _key(sorted(set(found.categories), key=CATEGORIES.index))
    height = max(_height(space, SIDE), KEY_HEIGHT)
    return Drawing(SIDE + KEY_WIDTH, height, tuple(shapes))


def category_map(found: Embeddings, space: Space, code: str) -> Drawing:
    """One category among all others; codes say what the map's own models wrongly take a task for
    that they were not trained on."""
    shapes: list[Shape] = list(_frame(SMALL_SIDE, _height(space, SMALL_SIDE)))
    own = [row for row in _order(found) if found.categories[row] == code]
    for row in _order(found):
        if found.categories[row] != code:
            x, y = _place(space, row, SMALL_SIDE)
            shape = "circle" if found.trained[row] else "diamond"
            text = point_text(found, space, row)
            shapes.append(Mark(x, y, shape, "faint", 2.2, text=text))
    for row in own:
        x, y = _place(space, row, SMALL_SIDE)
        shape, radius = ("circle", 4.2) if found.trained[row] else ("diamond", 5.4)
        edge = "" if found.trained[row] else "ink"
        text = point_text(found, space, row)
        shapes.append(Mark(x, y, shape, f"c-{code}", radius, True, edge, text))
    for row in own:
        said = _mistaken_for(found, space, row)
        if said is not None:
            x, y = _place(space, row, SMALL_SIDE)
            shapes.append(Text(x + 8, y + 4, said, "ink", 11, bold=True, halo=True))
    return Drawing(SMALL_SIDE, _height(space, SMALL_SIDE), tuple(shapes))


def _mistaken_for(found: Embeddings, space: Space, row: int) -> str | None:
    """The most frequent wrong answer to a task that was not trained on; None for most right."""
    given = Counter(answers[row] for answers in space.answers)
    if found.trained[row] or 2 * given[found.categories[row]] >= given.total():
        return None
    del given[found.categories[row]]
    return given.most_common(1)[0][0]


def map_rows(found: Embeddings, space: Space) -> Iterator[tuple[str | float, ...]]:
    """The map's data, one row a task (COLUMNS)."""
    for row, task in enumerate(found.tasks):
        x, y = (round(float(value), 4) for value in space.places[row])
        side = "training" if found.trained[row] else "validation"
        answers = " ".join(given[row] for given in space.answers)
        yield (task, found.categories[row], side, x, y, answers)


def map_caption(space: Space) -> str:
    """How the map was made, and what it keeps and what not."""
    return f"Every point is a task. {map_facts(space)} {MEANINGLESS}"


def map_facts(space: Space) -> str:
    """What is special to this map: whose embeddings, how projected, and how much that keeps."""
    if space.kind == STATISTICS:
        made = "By the statistics that the random forest sees, each standardised"
    else:
        seeds = [str(seed) for seed in space.facts.get("seeds", [])]
        made = (
            f"By the embeddings of trial {space.facts.get('trial')}, its group’s best"
            f" configuration, trained again with {'seed' if len(seeds) == 1 else 'seeds'}"
            f" {listed(seeds)}{' side by side' if len(seeds) > 1 else ''}"
        )
    kept = space.facts.get("kept")
    made += f"; {space.facts.get('map', '')}."
    if kept is None:
        return f"{made} Two directions are kept, those in which the tasks differ most."
    return (
        f"{made} Of a task’s {NEIGHBOURS} nearest by cosine, {NEIGHBOURS * kept:.1f} on average are"
        f" among its {NEIGHBOURS} nearest here."
    )


def point_text(found: Embeddings, space: Space, row: int) -> str:
    """What is said of a task where a reader points at it."""
    text = f"{found.tasks[row]}, {found.categories[row]}, "
    text += "training" if found.trained[row] else "validation"
    given = [answers[row] for answers in space.answers]
    return text + (f"; taken for {', '.join(given)}" if given else "")


def _order(found: Embeddings) -> list[int]:
    """Training tasks first, so that validation tasks lie on top."""
    rows = range(len(found.tasks))
    return [r for r in rows if found.trained[r]] + [r for r in rows if not found.trained[r]]


def _place(space: Space, row: int, side: float) -> tuple[float, float]:
    x, y = (float(value) for value in space.places[row])
    room = side - 2 * MARGIN
    return MARGIN + room * x, _height(space, side) - MARGIN - room * y


def _height(space: Space, side: float) -> float:
    """As high as the points need: a flat map leaves no empty paper."""
    return 2 * MARGIN + (side - 2 * MARGIN) * max(0.2, float(space.places[:, 1].max()))


def _frame(width: float, height: float) -> Iterator[Shape]:
    right, bottom = width - 0.5, height - 0.5
    corners = ((0.5, 0.5), (right, 0.5), (right, bottom), (0.5, bottom))
    for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        yield Line(x1, y1, x2, y2, "line")


def _names(found: Embeddings, space: Space) -> Iterator[Shape]:
    """Each category's code where its tasks are densest: at the task with the nearest own ones."""
    labels = np.array(found.categories)
    for code in CATEGORIES:
        rows = np.flatnonzero(labels == code)
        if len(rows):
            places = space.places[rows]
            distances = np.linalg.norm(places[:, None] - places[None], axis=2)
            middle = rows[np.sort(distances, axis=1)[:, : len(rows) // 2 + 1].mean(axis=1).argmin()]
            x, y = _place(space, int(middle), SIDE)
            yield Text(x, y + 5, code, "ink", 14, "middle", bold=True, halo=True)


def _key(codes: list[str]) -> Iterator[Shape]:
    x, y = SIDE + 18, 24.0
    for code in codes:
        yield Mark(x, y - 4, "circle", f"c-{code}", 5)
        yield Text(x + 12, y, f"{code} {CATEGORY_NAMES[code]}", "ink")
        y += 21
    y += 10
    yield Mark(x, y - 4, "circle", "neutral", 3.4)
    yield Text(x + 12, y, "trained on")
    yield Mark(x, y + 17, "diamond", "neutral", 5, edge="ink")
    yield Text(x + 12, y + 21, "validation")
