"""Statistics of a task: those of its examples, summarised."""

import numpy as np
from numpy.typing import NDArray

from arcsweep.tasks.arrays import TaskArrays
from arcsweep.tasks.statistics import pair_statistics

SUMMARIES = ("mean", "spread", "min", "max")
"""What is taken of each statistic over a task's examples, in this order."""


def task_statistics(arrays: TaskArrays, row: int, max_examples: int) -> NDArray[np.float64]:
    """SUMMARIES of each statistic over the first ``max_examples`` examples of task ``row``.

    float64 (n_statistics · 4,), one summary after the other.
    """
    first, end = arrays.first_example[row], arrays.first_example[row + 1]
    examples = range(int(first), min(int(end), int(first) + max_examples))
    table = np.array(
        [
            list(pair_statistics(arrays.grid(example, 0), arrays.grid(example, 1)).values())
            for example in examples
        ]
    )
    return np.concatenate([table.mean(0), table.std(0), table.min(0), table.max(0)])
