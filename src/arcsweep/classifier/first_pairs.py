"""What a user's task would show of the study's own tasks: their first pairs."""

import numpy as np
from numpy.typing import NDArray

from arcsweep.tasks.arc_json import Example
from arcsweep.tasks.grid import Grid
from arcsweep.training.data import LabelledTasks


def first_pairs(tasks: LabelledTasks, n_pairs: int) -> list[list[Example]]:
    """The first ``n_pairs`` demonstration pairs of each task, or all where it has fewer.

    ARC's own tasks have hardly more than a view has: a prediction from all the examples that
    RE-ARC can draw would be better than any that a user gets.
    """
    arrays, shown = tasks.arrays, []
    for row in tasks.rows.tolist():
        first, end = arrays.first_example[row : row + 2].tolist()
        numbers = range(first, min(end, first + n_pairs))
        shown.append([(_grid(arrays.grid(n, 0)), _grid(arrays.grid(n, 1))) for n in numbers])
    return shown


def _grid(cells: NDArray[np.uint8]) -> Grid:
    return Grid(cells.shape[0], cells.shape[1], cells.tobytes())
