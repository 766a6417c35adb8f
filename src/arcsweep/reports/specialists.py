"""Configurations that are better at one category than the others are."""

from dataclasses import dataclass

from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.groups import Group
from arcsweep.reports.judged import Judged
from arcsweep.reports.statistics import Interval


@dataclass(frozen=True)
class Candidate:
    """A selected configuration on a category's judged tasks.

    here: its accuracy on them; overall: on all judged tasks.
    ahead: here minus all other selected configurations on the same tasks, simultaneous over the
        configurations and categories; None when there is no other one.
    """

    group: Group
    rank: int
    number: int
    here: Interval
    overall: float
    ahead: Interval | None

    @property
    def specialist(self) -> bool:
        return self.ahead is not None and self.ahead.low > 0


def candidates(
    result: CategoryResult,
    n_categories: int,
    groups: tuple[Group, ...],
    judged: Judged,
    confidence: float,
) -> tuple[Candidate, ...]:
    """The selected configurations that were judged, the best at this category first."""
    tasks = [task.task for task in result.tasks]
    there = [
        (group, selected, judged.marks[group.name, selected.rank])
        for group in groups
        for selected in group.selected
        if (group.name, selected.rank) in judged.marks
    ]
    if not tasks:
        return ()
    level = 1 - (1 - confidence) / max(1, len(there) * n_categories)
    found = []
    for at, (group, selected, marks) in enumerate(there):
        mine = marks.on(tasks)
        others = [other.on(tasks) for beside, (_, _, other) in enumerate(there) if beside != at]
        ahead = mine.minus(others[0].joined(others[1:]), level) if others else None
        here = mine.accuracy(confidence)
        found.append(Candidate(group, selected.rank, selected.number, here, marks.mean, ahead))
    return tuple(sorted(found, key=lambda c: (-c.here.estimate, -c.overall, c.number)))
