"""Which tasks train."""

import numpy as np
import pytest

from arcsweep.errors import InputError
from arcsweep.training.data import LabelledTasks

from .easy import easy_data, task_arrays

GRID = np.zeros((1, 1), np.uint8)
ARRAYS = task_arrays({"a": [(GRID, GRID)], "b": [(GRID, GRID)] * 3})


def test_tasks_keep_their_category_and_their_examples() -> None:
    tasks = LabelledTasks.of(ARRAYS, {"b": "K1", "a": "S1"})
    assert tasks.task_ids == ["a", "b"]
    assert tasks.labels.tolist() == [0, 5]
    assert tasks.n_examples.tolist() == [1, 3]


@pytest.mark.parametrize(("split", "named"), [({"a": "S1", "z": "S1"}, "z"), ({}, "empty")])
def test_a_split_that_does_not_fit_the_data_is_refused(split: dict[str, str], named: str) -> None:
    with pytest.raises(InputError, match=named):
        LabelledTasks.of(ARRAYS, split)


def test_both_sides_share_no_task() -> None:
    data = easy_data()
    assert not set(data.train.task_ids) & set(data.validation.task_ids)
