"""Which tasks each run got right, and intervals that respect both tasks and runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arcsweep.reports.statistics import Interval, expanded_tail, score_difference, wilson

FloatArray = npt.NDArray[np.float64]

MIN_RESAMPLED_TASKS = 20
"""Below this many tasks, resampling them understates what is not known; Wilson's takes over."""

MIN_EACH_WAY = 5
"""Tasks' worth of right and of wrong (or of differing) answers that resampling needs; the usual
n·p ≥ 5 rule."""


@dataclass(frozen=True, eq=False)
class Scores:
    """The marks of several runs on the same tasks.

    tasks: task ids.
    correct: float64 (n_runs, n_tasks), 1 where the run named the task's category, else 0.
    configurations: int64 (n_runs,), which configuration (selected trial) a run trained; every
        configuration weighs the same, however many seeds it was run with.
    """

    tasks: tuple[str, ...]
    correct: FloatArray
    configurations: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        predictions: Sequence[Mapping[str, str]],
        configurations: Sequence[int],
        truth: Mapping[str, str],
    ) -> "Scores":
        """Marks of the runs' ``predictions`` (task id → category) against ``truth``."""
        correct = [[float(p[task] == truth[task]) for task in truth] for p in predictions]
        shape = (len(predictions), len(truth))
        return cls(
            tuple(truth),
            np.array(correct, dtype=np.float64).reshape(shape),
            np.array(configurations, dtype=np.int64),
        )

    @property
    def weights(self) -> FloatArray:
        """Weight of each run, float64 (n_runs,); they sum to 1."""
        counts = np.bincount(self.configurations)[self.configurations]
        return 1.0 / (counts * len(np.unique(self.configurations)))

    @property
    def per_task(self) -> FloatArray:
        """Weighted share of runs that got each task right, float64 (n_tasks,)."""
        return self.weights @ self.correct

    @property
    def mean(self) -> float:
        return float(self.per_task.mean())

    def on(self, tasks: Sequence[str]) -> "Scores":
        """The same runs on some of the tasks."""
        position = {task: i for i, task in enumerate(self.tasks)}
        columns = [position[task] for task in tasks]
        return Scores(tuple(tasks), self.correct[:, columns], self.configurations)

    def of_configuration(self, configuration: int) -> "Scores":
        """The runs of one configuration alone."""
        rows = self.configurations == configuration
        return Scores(self.tasks, self.correct[rows], self.configurations[rows])


@dataclass(frozen=True)
class Resampling:
    """How bootstrap intervals are drawn; equal settings give equal intervals.

    Tasks are drawn with replacement (they are the sample that stands for all tasks), and within
    each configuration its runs (they are the sample of seeds). Both at once, as Owen (2007),
    Ann. Appl. Stat. 1, 386-411, for crossed factors; the interval is the draws'
    expanded percentiles.
    """

    confidence: float
    samples: int
    seed: int

    def accuracy(self, scores: Scores) -> Interval:
        """Interval of the mean accuracy of ``scores`` on tasks like these."""
        n_tasks = len(scores.tasks)
        if not _can_resample(scores):
            return wilson(scores.mean * n_tasks, n_tasks, self.confidence)
        generator = np.random.default_rng(self.seed)
        task_weights = self._task_weights(n_tasks, generator)
        draws = self._draws(scores, task_weights, generator)
        return self._interval(scores.mean, draws, n_tasks)

    def difference(self, first: Scores, second: Scores) -> Interval:
        """Interval of ``second`` minus ``first``, paired: both answer the same resampled tasks.

        When the two hardly ever differ (two models that both name the commonest category), there
        is next to nothing to resample, and Newcombe's interval takes over.
        """
        discordant = float(np.abs(second.per_task - first.per_task).sum())
        paired = _can_resample(first) and _can_resample(second)
        if not paired or discordant < MIN_EACH_WAY:
            return score_difference(self.accuracy(first), self.accuracy(second))
        generator = np.random.default_rng(self.seed)
        task_weights = self._task_weights(len(first.tasks), generator)
        draws = [self._draws(scores, task_weights, generator) for scores in (first, second)]
        return self._interval(second.mean - first.mean, draws[1] - draws[0], len(first.tasks))

    def _interval(self, estimate: float, draws: FloatArray, n_tasks: int) -> Interval:
        tail = expanded_tail(self.confidence, n_tasks)
        low, high = np.quantile(draws, [tail, 1 - tail])
        how = f"bootstrap over {n_tasks} tasks and the seeds, {self.samples} resamples"
        return Interval(estimate, float(low), float(high), self.confidence, n_tasks, how)

    def _task_weights(self, n_tasks: int, generator: np.random.Generator) -> FloatArray:
        """float64 (samples, n_tasks), each row sums to 1."""
        even = np.full(n_tasks, 1 / n_tasks)
        return generator.multinomial(n_tasks, even, size=self.samples) / n_tasks

    def _draws(
        self, scores: Scores, task_weights: FloatArray, generator: np.random.Generator
    ) -> FloatArray:
        """Resampled accuracies, float64 (samples,)."""
        run_weights = np.zeros((self.samples, len(scores.configurations)))
        for configuration in np.unique(scores.configurations):
            rows = np.flatnonzero(scores.configurations == configuration)
            even = np.full(len(rows), 1 / len(rows))
            counts = generator.multinomial(len(rows), even, size=self.samples)
            run_weights[:, rows] = counts * scores.weights[rows]
        return np.asarray(((run_weights @ scores.correct) * task_weights).sum(axis=1))


def _can_resample(scores: Scores) -> bool:
    n_tasks = len(scores.tasks)
    right = scores.mean * n_tasks
    return n_tasks >= MIN_RESAMPLED_TASKS and min(right, n_tasks - right) >= MIN_EACH_WAY
