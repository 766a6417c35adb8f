"""The random forest beside the encoders: how well it does, and whether they do better."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from arcsweep.reports.comparison import difference
from arcsweep.reports.groups import Group
from arcsweep.reports.scores import Resampling, Scores
from arcsweep.reports.statistics import Interval


@dataclass(frozen=True)
class Forest:
    """accuracy: on tasks that it never saw, over repeated folds of all labelled tasks.
    on_split: on the search's validation tasks, trained on its training tasks like an encoder.
    over: group name → all its selected configurations minus the forest, on the same tasks; None
        without extended runs.
    """

    method: str
    accuracy: Interval
    on_split: Interval
    over: Mapping[str, Interval | None]


def forest(
    record: Mapping[str, Any],
    groups: tuple[Group, ...],
    truth: Mapping[str, str],
    resampling: Resampling,
) -> Forest | None:
    """The forest of a baseline record; None without one, or for other validation tasks."""
    if not record:
        return None
    answers = record["split"]["predictions"]
    if any(answer.keys() != truth.keys() for answer in answers):
        return None
    scores = Scores.of(answers, [1] * len(answers), truth)
    return Forest(
        record["method"],
        cross_validated(record, resampling),
        resampling.accuracy(scores),
        {group.name: difference(scores, group.scores, resampling) for group in groups},
    )


def cross_validated(record: Mapping[str, Any], resampling: Resampling) -> Interval:
    """Accuracy over the repeats, tasks as the sample: repeats do not add tasks.

    A task's score is its share of right answers over the repeats; tasks and repeats are resampled.
    """
    part = record["cross_validation"]
    answers = part["predictions"]
    scores = Scores.of(answers, [1] * len(answers), part["truth"])
    interval = resampling.accuracy(scores)
    folds = record["settings"]["folds"]
    how = f"{folds} stratified folds, {len(answers)} times; {interval.how}"
    return replace(interval, how=how.replace("the seeds", "the repeats"))
