"""Answers to tasks by models that were trained without them, and their marks.

All that the pages say of categories and of single tasks rests on one such source. Where
configurations were confirmed, it is their runs on folds, whose tasks selected nothing; else it is
the extended runs, whose validation tasks selected epochs, trials and configurations.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from arcsweep.reports.confirmed import Confirmation
from arcsweep.reports.fold_scores import MIN_TASKS
from arcsweep.reports.material import Material
from arcsweep.reports.scores import Resampling, Scores
from arcsweep.reports.statistics import Interval
from arcsweep.reports.words import count, listed
from arcsweep.split.folds import Folds
from arcsweep.split.split import Split

NO_ANSWER = "no answer"
"""In the place of a category where a run diverged: who trains so has no model to ask."""

Answers = Sequence[Mapping[str, str]]
"""Task → category named, once for each run or repeat."""


class Marks(Protocol):
    """Right and wrong answers of some configurations to the same tasks. Intervals have the tasks
    as their sample: one task's answers go together."""

    @property
    def mean(self) -> float: ...

    def on(self, tasks: Sequence[str]) -> Self:
        """Of some of the tasks."""

    def joined(self, others: Sequence[Self]) -> Self:
        """With ``others`` of the same tasks, every configuration weighing the same."""

    def accuracy(self, confidence: float) -> Interval: ...

    def minus(self, other: Self, confidence: float) -> Interval:
        """The difference to ``other`` on the same tasks."""


@dataclass(frozen=True, eq=False)
class SeedMarks:
    """Marks of extended runs, one a seed; intervals are resampled."""

    scores: Scores
    resampling: Resampling

    @property
    def mean(self) -> float:
        return self.scores.mean

    def on(self, tasks: Sequence[str]) -> Self:
        return replace(self, scores=self.scores.on(tasks))

    def joined(self, others: Sequence[Self]) -> Self:
        parts = [self.scores, *(other.scores for other in others)]
        owners = [(at, own) for at, part in enumerate(parts) for own in part.configurations]
        numbers = {owner: number for number, owner in enumerate(dict.fromkeys(owners))}
        scores = Scores(
            self.scores.tasks,
            np.concatenate([part.correct for part in parts]),
            np.array([numbers[owner] for owner in owners], dtype=np.int64),
        )
        return replace(self, scores=scores)

    def accuracy(self, confidence: float) -> Interval:
        return replace(self.resampling, confidence=confidence).accuracy(self.scores)

    def minus(self, other: Self, confidence: float) -> Interval:
        strict = replace(self.resampling, confidence=confidence)
        return strict.difference(other.scores, self.scores)


@dataclass(frozen=True, eq=False)
class Judged:
    """What was answered to the tasks that the pages speak of.

    truth: judged task → category. answers, marks: (group, rank) → of that configuration.
    folds: that the tasks were judged on; None where they are the search's validation tasks.
    """

    split: Split
    truth: Mapping[str, str]
    answers: Mapping[tuple[str, int], Answers]
    marks: Mapping[tuple[str, int], Marks]
    folds: Folds | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the tasks selected nothing."""
        return self.folds is not None

    @property
    def task_noun(self) -> str:
        return "judged task" if self.confirmed else "validation task"

    @property
    def runs_noun(self) -> str:
        return "runs on folds" if self.confirmed else "extended runs"

    @property
    def intervals(self) -> str:
        """How intervals of accuracy are made."""
        if self.confirmed:
            return f"t from the spread of tasks and of folds, Wilson’s below {MIN_TASKS} tasks"
        return "a bootstrap over tasks and seeds, Wilson’s where tasks are few"

    def tasks_of(self, code: str) -> list[str]:
        return [task for task, category in self.truth.items() if category == code]

    def ranks(self, group: str) -> list[int]:
        """Of the group's judged configurations."""
        return sorted(rank for name, rank in self.answers if name == group)

    def answers_of(self, group: str) -> Answers:
        """All runs or repeats of the group's configurations."""
        return [each for rank in self.ranks(group) for each in self.answers[group, rank]]

    def marks_of(self, group: str) -> Marks | None:
        """Of all configurations of the group; None without any."""
        found = [self.marks[group, rank] for rank in self.ranks(group)]
        return found[0].joined(found[1:]) if found else None

    def n_taught(self, code: str) -> int:
        """Tasks of the category that each model was trained with, on average over folds."""
        n = Counter(self.split.train.values())[code]
        if self.folds is None:
            return n
        n += Counter(self.split.validation.values())[code]
        return n - round(len(self.tasks_of(code)) / self.folds.folds)

    def teachers(self, task: str) -> Set[str]:
        """Tasks that at least one of the models asked about ``task`` was trained with."""
        if self.folds is None:
            return self.split.train.keys()
        own = [repeat.get(task) for repeat in self.folds.repeats]
        beside = {
            other
            for other in self.folds.repeats[0]
            if [repeat.get(other) for repeat in self.folds.repeats] == own
        }
        return (self.split.train.keys() | self.split.validation.keys()) - beside

    def basis(self, labels: Mapping[str, str], code: str = "") -> str:
        """Which tasks the figures rest on, how many, and what that means; of one category with its
        ``code``. labels: group → what it is called."""
        n = len(self.tasks_of(code) if code else self.truth)
        whose = f" of {code}" if code else ""
        if self.folds is None:
            return (
                f"Judged on {count(n, 'validation task')}{whose}, which no trial trained on. But"
                " they selected the epochs, the trials and the configurations: accuracies on them"
                " are optimistic. With confirmation (confirmation.folds) tasks that selected"
                " nothing take their place."
            )
        there = [(len(self.ranks(name)), label) for name, label in labels.items()]
        asked = listed(f"{n_ranks} of {label}" for n_ranks, label in there if n_ranks)
        repeats = len(self.folds.repeats)
        once = "once" if repeats == 1 else f"once in each of {repeats} divisions into folds"
        return (
            f"Judged on {count(n, 'task')}{whose} that selected nothing: each was answered {once}"
            f" by every confirmed configuration ({asked}), always by a model that was trained"
            " without it. The answers to one task go together, so the intervals count tasks, not"
            " answers."
        )


def judge(material: Material, confirmation: Confirmation | None, resampling: Resampling) -> Judged:
    """The confirmed configurations where there are any, else the extended runs."""
    if confirmation is not None:
        return _on_folds(material.split, confirmation)
    truth = material.split.validation
    answers: dict[tuple[str, int], list[Mapping[str, str]]] = {}
    for run in material.runs:
        if run.predictions:
            answers.setdefault((run.group, run.rank), []).append(run.predictions)
    marks = {
        key: SeedMarks(Scores.of(given, [1] * len(given), truth), resampling)
        for key, given in answers.items()
    }
    return Judged(material.split, truth, answers, marks)


def _on_folds(split: Split, confirmation: Confirmation) -> Judged:
    runs = confirmation.runs
    answers: dict[tuple[str, int], Answers] = {}
    marks: dict[tuple[str, int], Marks] = {}
    for name, found in confirmation.groups.items():
        for at, rank in enumerate(found.by_rank):
            marks[name, rank] = found.scores.configuration(at)
            answers[name, rank] = [
                {task: repeat.get(task, NO_ANSWER) for task in runs.truth}
                for repeat in runs.answers[name, rank]
            ]
    return Judged(split, runs.truth, answers, marks, runs.folds)
