"""What a trial trains and validates on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from arcsweep.errors import InputError
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.tasks.arrays import TaskArrays
from arcsweep.tasks.statistics import all_statistics


@dataclass(frozen=True)
class LabelledTasks:
    """Some of the tasks in ``arrays``, each with its category.

    rows: int64 (n,), the task's number in ``arrays``. labels: int64 (n,), index into CATEGORIES.
    """

    arrays: TaskArrays
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, arrays: TaskArrays, categories: Mapping[str, str]) -> "LabelledTasks":
        """Tasks by id with their category, ordered by id.

        Raises InputError when a task has no data or there is no task at all.
        """
        row_of = {task: row for row, task in enumerate(arrays.task_ids)}
        tasks = sorted(categories)
        unknown = [task for task in tasks if task not in row_of]
        if unknown or not tasks:
            raise InputError(
                "every task of the split must have data, got none for "
                f"{', '.join(unknown[:3]) or 'an empty split'}; run `arcsweep split` again"
            )
        return cls(
            arrays,
            np.array([row_of[task] for task in tasks], np.int64),
            np.array([CATEGORIES.index(categories[task]) for task in tasks], np.int64),
        )

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def task_ids(self) -> list[str]:
        return [self.arrays.task_ids[row] for row in self.rows.tolist()]

    @property
    def n_examples(self) -> NDArray[np.int64]:
        """Examples of each task, int64 (n,)."""
        counts: NDArray[np.int64] = np.diff(self.arrays.first_example)[self.rows]
        return counts

    @cached_property
    def statistics(self) -> NDArray[np.float32]:
        """Those of all examples in ``arrays``, float32 (n_examples, N_STATISTICS)."""
        return all_statistics(self.arrays)

    @property
    def own_statistics(self) -> NDArray[np.float32]:
        """Those of these tasks' examples alone, float32 (n, N_STATISTICS)."""
        first, counts = self.arrays.first_example[self.rows], self.n_examples
        before = np.cumsum(counts) - counts
        chosen = np.arange(counts.sum()) + np.repeat(first - before, counts)
        own: NDArray[np.float32] = self.statistics[chosen]
        return own


@dataclass(frozen=True)
class TrainingData:
    """Both sides of a split and the centroids, float32 (9, D), of its training side."""

    train: LabelledTasks
    validation: LabelledTasks
    centroids: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        arrays: TaskArrays,
        train: Mapping[str, str],
        validation: Mapping[str, str],
        centroids: NDArray[np.float32],
    ) -> "TrainingData":
        """Data of any split, named by task id → category. Raises InputError as LabelledTasks.of."""
        return cls(LabelledTasks.of(arrays, train), LabelledTasks.of(arrays, validation), centroids)
