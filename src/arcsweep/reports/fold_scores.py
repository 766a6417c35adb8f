"""Marks of runs on repeated folds, and intervals that know both their tasks and their trainings.

Two things could have come out otherwise: which tasks there are, and what a training makes of its
fold (its seed and its training tasks). A bootstrap over tasks alone takes the second for none: with
one training a fold, a lucky one carries all tasks of its fold. Both variances are therefore added:

    V = s²(means of the tasks) / n  +  max(0, s²(means of the folds) - what tasks make of it) / m

for n tasks and m folds of all repeats, and the interval is Student's t with m - 1 degrees of
freedom, as in the corrected resampled t-test (Nadeau & Bengio 2003, Machine Learning 52, 239-281),
whose factor stands for the same two sources. ``benchmarks/calibration.py`` shows its coverage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from arcsweep.reports.statistics import Interval, score_difference, score_interval, wilson

FloatArray = npt.NDArray[np.float64]

MIN_TASKS = 20
MIN_EACH_WAY = 5
"""Below so many tasks, or tasks' worth of differing answers, Wilson's and Newcombe's intervals."""


@dataclass(frozen=True, eq=False)
class FoldScores:
    """The marks of some configurations on the same folds.

    tasks: ids of all judged tasks. folds: int64 (n_repeats, n_tasks), which fold judged each.
    correct: float64 (n_configurations, n_repeats, n_tasks), 1 where the run of that fold named the
        task's category, else 0.
    """

    tasks: tuple[str, ...]
    folds: npt.NDArray[np.int64]
    correct: FloatArray

    @classmethod
    def of(
        cls,
        answers: Sequence[Sequence[Mapping[str, str]]],
        truth: Mapping[str, str],
        folds: Sequence[Mapping[str, int]],
    ) -> "FoldScores":
        """Marks of ``answers``: for each configuration and repeat, task → category.

        A task without an answer (its training diverged) is marked wrong.
        """
        marks = [
            [
                [float(repeat.get(task) == c) for task, c in truth.items()]
                for repeat in configuration
            ]
            for configuration in answers
        ]
        at = [[division[task] for task in truth] for division in folds]
        return cls(tuple(truth), np.array(at, dtype=np.int64), np.array(marks, dtype=np.float64))

    @property
    def mean(self) -> float:
        return float(self.correct.mean())

    @property
    def per_task(self) -> FloatArray:
        """Share of right answers to each task, float64 (n_tasks,)."""
        return np.asarray(self.correct.mean(axis=(0, 1)))

    @property
    def marks(self) -> FloatArray:
        """Mean over configurations, float64 (n_repeats, n_tasks)."""
        return np.asarray(self.correct.mean(axis=0))

    def configuration(self, index: int) -> "FoldScores":
        """One configuration alone."""
        return FoldScores(self.tasks, self.folds, self.correct[index : index + 1])

    def on(self, tasks: Sequence[str]) -> "FoldScores":
        """The same runs on some of the tasks."""
        position = {task: i for i, task in enumerate(self.tasks)}
        columns = [position[task] for task in tasks]
        return FoldScores(tuple(tasks), self.folds[:, columns], self.correct[..., columns])

    def joined(self, others: Sequence["FoldScores"]) -> "FoldScores":
        """With the configurations of ``others`` on the same tasks and folds."""
        parts = [self.correct, *(other.correct for other in others)]
        return FoldScores(self.tasks, self.folds, np.concatenate(parts))

    def accuracy(self, confidence: float) -> Interval:
        """Interval of the mean accuracy on tasks like these, of trainings like these."""
        n, mean = len(self.tasks), self.mean
        source = Sources.of(self.marks, self.folds) if n >= MIN_TASKS else None
        if source is None or source.variance <= 0:
            return wilson(mean * n, n, confidence)
        # Wilson's form, which is honest near 0 and 1, for as many tasks as the variance amounts to.
        n_like = mean * (1 - mean) / source.variance
        low, high = score_interval(mean, n_like, source.quantile(confidence))
        return Interval(mean, low, high, confidence, n, source.how)

    def minus(self, other: "FoldScores", confidence: float) -> Interval:
        """The paired difference to ``other`` on the same tasks and folds."""
        return paired(other, self, confidence).interval


@dataclass(frozen=True)
class Paired:
    """``second`` minus ``first`` over the same tasks and folds.

    p: of the two-sided paired test that there is no difference; below 1 - confidence exactly where
        the interval leaves out zero. None where too few answers differ for a test.
    """

    interval: Interval
    p: float | None


def paired(first: FoldScores, second: FoldScores, confidence: float) -> Paired:
    """The difference of two groups of configurations that answered the same tasks and folds."""
    marks = second.marks - first.marks
    n_tasks = len(first.tasks)
    discordant = float(np.abs(marks.mean(axis=0)).sum())
    source = Sources.of(marks, first.folds) if n_tasks >= MIN_TASKS else None
    if source is None or discordant < MIN_EACH_WAY or source.variance <= 0:
        found = score_difference(first.accuracy(confidence), second.accuracy(confidence))
        return Paired(found, None)
    estimate, deviation = float(marks.mean()), sqrt(source.variance)
    half = source.quantile(confidence) * deviation
    low, high = max(-1.0, estimate - half), min(1.0, estimate + half)
    p = 2 * float(t.sf(abs(estimate) / deviation, source.freedom))
    return Paired(Interval(estimate, low, high, confidence, n_tasks, f"paired {source.how}"), p)


@dataclass(frozen=True)
class Sources:
    """The variance of a mean over tasks and folds; n_folds: of all repeats."""

    variance: float
    n_tasks: int
    n_folds: int

    @classmethod
    def of(cls, marks: FloatArray, folds: npt.NDArray[np.int64]) -> "Sources":
        """Of marks (n_repeats, n_tasks) in these folds, both as :class:`FoldScores` has them."""
        n_tasks = marks.shape[1]
        of_tasks = float(marks.mean(axis=0).var(ddof=1)) / n_tasks if n_tasks > 1 else 0.0
        parts = [
            row[fold == number]
            for row, fold in zip(marks, folds, strict=True)
            for number in np.unique(fold)
        ]
        # A few tasks may have come into one fold alone.
        between = float(np.var([p.mean() for p in parts], ddof=1)) if len(parts) > 1 else 0.0
        inside = [part.var(ddof=1) / len(part) for part in parts if len(part) > 1]
        by_tasks = float(np.mean(inside)) if inside else 0.0
        of_runs = max(0.0, between - by_tasks) / len(parts)
        return cls(of_tasks + of_runs, n_tasks, len(parts))

    @property
    def freedom(self) -> int:
        """Degrees of freedom."""
        return max(1, self.n_folds - 1)

    def quantile(self, confidence: float) -> float:
        """Of Student's t, for an interval of this level."""
        return float(t.ppf(0.5 + confidence / 2, self.freedom))

    @property
    def how(self) -> str:
        return (
            f"t interval from the spread of {self.n_tasks} tasks and of {self.n_folds} folds"
            f" ({self.freedom} degrees of freedom)"
        )
