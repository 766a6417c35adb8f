"""Configurations that are better at one category than the others are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.groups import Group
from arcsweep.reports.scores import Resampling, Scores
from arcsweep.reports.statistics import Interval, wilson


@dataclass(frozen=True)
class Candidate:
    """A selected configuration on a category's validation tasks, trained again.

    here: its accuracy on them; overall: on all validation tasks.
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
    result: CategoryResult, n_categories: int, groups: tuple[Group, ...], resampling: Resampling
) -> tuple[Candidate, ...]:
    """The selected configurations with extended runs, the best at this category first."""
    tasks = [task.task for task in result.tasks]
    judged = [
        (group, s, group.scores.of_configuration(s.rank))
        for group in groups
        if group.scores is not None
        for s in group.selected
        if np.any(group.scores.configurations == s.rank)
    ]
    if not tasks:
        return ()
    level = 1 - (1 - resampling.confidence) / max(1, len(judged) * n_categories)
    strict = replace(resampling, confidence=level)
    found = []
    for at, (group, selected, scores) in enumerate(judged):
        mine = scores.on(tasks)
        others = [s.on(tasks) for other, (_, _, s) in enumerate(judged) if other != at]
        ahead = strict.difference(_together(others), mine) if others else None
        here = wilson(mine.mean * len(tasks), len(tasks), resampling.confidence)
        found.append(Candidate(group, selected.rank, selected.number, here, scores.mean, ahead))
    return tuple(sorted(found, key=lambda c: (-c.here.estimate, -c.overall, c.number)))


def _together(parts: Sequence[Scores]) -> Scores:
    """All runs of several configurations, each configuration weighing the same."""
    return Scores(
        parts[0].tasks,
        np.concatenate([part.correct for part in parts]),
        np.concatenate([np.full(len(part.correct), at) for at, part in enumerate(parts)]),
    )
