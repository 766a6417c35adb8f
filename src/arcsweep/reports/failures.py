"""The tasks that a category fails on, with the nearest ones that taught."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass

from markupsafe import Markup

from arcsweep.embeddings.record import STATISTICS, Embeddings, Space
from arcsweep.reports.arc_grid import grid_svg
from arcsweep.reports.categories import CategoryResult, TaskAnswers
from arcsweep.reports.groups import Group
from arcsweep.reports.judged import NO_ANSWER, Judged
from arcsweep.reports.neighbours import Neighbourhood

MAX_DRAWN = 6
"""Failing tasks that a page draws, those that fail most often first."""

PAIRS = 2
"""Demonstration pairs drawn of a failing task; one of each neighbour."""

NEAREST = 3
ROOM_PX, SMALL_ROOM_PX = 132, 66


@dataclass(frozen=True)
class DrawnNeighbour:
    """A task near a failing one; pair: its first input and output as pictures."""

    task: str
    category: str
    cosine: float
    pair: tuple[Markup, Markup]


@dataclass(frozen=True)
class Failure:
    """A task that most runs get wrong.

    right: share of right answers, each group weighing the same. said: the most frequent wrong
    answer, or NO_ANSWER, and its share of all answers, weighed alike. pairs: pictures of input and
    output. near: for each space, its name for a reader, index of its group or None, and what is
    near.
    """

    task: str
    right: float
    said: tuple[str, float]
    answers: tuple[tuple[Group, tuple[tuple[str, int], ...]], ...]
    pairs: tuple[tuple[Markup, Markup], ...]
    near: tuple[tuple[str, int | None, tuple[DrawnNeighbour, ...]], ...]

    @property
    def taken_for(self) -> str:
        """The most frequent wrong answer, as a clause."""
        if self.said[0] == NO_ANSWER:
            return "left without an answer"
        return f"taken for {self.said[0]}"


@dataclass(frozen=True)
class Failures:
    """drawn: at most MAX_DRAWN of the ``n_failing``; n_judged: tasks with any answer."""

    n_failing: int
    n_judged: int
    drawn: tuple[Failure, ...]


def failures(
    result: CategoryResult,
    groups: tuple[Group, ...],
    judged: Judged,
    embeddings: Embeddings | None,
    drawn: int = MAX_DRAWN,
) -> Failures:
    """The tasks of ``result`` that fewer than half of the answers get right, ``drawn`` of them
    with pictures where there are embeddings."""
    answered = [task for task in result.tasks if task.right is not None]
    failing = [task for task in answered if task.right is not None and task.right < 0.5]
    around = [] if embeddings is None else [Neighbourhood(embeddings, s) for s in embeddings.spaces]
    shown = tuple(_failure(task, result.code, groups, judged, around) for task in failing[:drawn])
    return Failures(len(failing), len(answered), shown)


def space_label(space: Space, groups: tuple[Group, ...]) -> tuple[str, int | None]:
    """What a space is called on the pages, and the index of the group that it is of."""
    if space.kind == STATISTICS:
        return "Grid statistics", None
    group = next((group for group in groups if group.name == space.name), None)
    return (space.name, None) if group is None else (group.label, group.index)


def _failure(
    task: TaskAnswers,
    code: str,
    groups: tuple[Group, ...],
    judged: Judged,
    around: list[Neighbourhood],
) -> Failure:
    given = [(group, counts) for group, counts in zip(groups, task.answers, strict=True) if counts]
    shares: dict[str, float] = defaultdict(float)
    for _, counts in given:
        for answer, n in counts.items():
            shares[answer] += n / sum(counts.values()) / len(given)
    shares.pop(code, None)
    near = [
        (*space_label(each.space, groups), _near(each, task.task, judged.teachers(task.task)))
        for each in around
        if each.shows(task.task)
    ]
    return Failure(
        task.task,
        task.right or 0.0,
        max(shares.items(), key=lambda item: item[1]),
        tuple((group, tuple(counts.items())) for group, counts in given),
        drawn_pairs(around[0].embeddings, task.task, PAIRS, ROOM_PX) if around else (),
        tuple(near),
    )


def _near(
    neighbourhood: Neighbourhood, task: str, teachers: Set[str]
) -> tuple[DrawnNeighbour, ...]:
    return tuple(
        DrawnNeighbour(n.task, n.category, n.cosine, pair)
        for n in neighbourhood.nearest(task, NEAREST, teachers)
        for pair in drawn_pairs(neighbourhood.embeddings, n.task, 1, SMALL_ROOM_PX)
    )


def drawn_pairs(
    embeddings: Embeddings, task: str, n: int, room_px: int
) -> tuple[tuple[Markup, Markup], ...]:
    """Pictures of the task's first ``n`` demonstration pairs."""
    pairs = embeddings.pairs[embeddings.tasks.index(task)][:n]
    return tuple(
        (
            grid_svg(before, f"{task}, input {number}", room_px),
            grid_svg(after, f"{task}, output {number}", room_px),
        )
        for number, (before, after) in enumerate(pairs, start=1)
    )
