"""Which pairs are shown together."""

import numpy as np
import pytest

from arcsweep.encoders.pairs import NO_CELL
from arcsweep.training.data import LabelledTasks
from arcsweep.training.views import EMPTY, Views, training_views, validation_views

from .easy import easy_data, settings, task_arrays

TASKS = easy_data(n_examples=8).train
GRID = np.zeros((1, 1), np.uint8)
FEW = LabelledTasks.of(
    task_arrays({"a": [(GRID, GRID)], "b": [(GRID, GRID)] * 2}), {"a": "S1", "b": "S1"}
)


def same(first: Views, second: Views) -> bool:
    assert first.permutations is not None and second.permutations is not None
    return (
        np.array_equal(first.tasks, second.tasks)
        and np.array_equal(first.examples, second.examples)
        and np.array_equal(first.permutations, second.permutations)
    )


def test_views_follow_from_seed_and_epoch_alone() -> None:
    views = training_views(TASKS, settings(), seed=1, epoch=2)
    assert same(views, training_views(TASKS, settings(), seed=1, epoch=2))
    assert not same(views, training_views(TASKS, settings(), seed=1, epoch=3))
    assert not same(views, training_views(TASKS, settings(), seed=2, epoch=2))


def test_an_epoch_shows_every_task_views_per_epoch_times() -> None:
    views = training_views(TASKS, settings(views_per_epoch=3), 0, 1)
    assert np.bincount(views.tasks).tolist() == [3] * len(TASKS)
    assert views.tasks.tolist() != sorted(views.tasks.tolist())


@pytest.mark.parametrize("n_demos", [1, 3, 8])
def test_a_view_shows_different_pairs_of_its_own_task(n_demos: int) -> None:
    for views in (
        training_views(TASKS, settings(n_demos=n_demos), 0, 1),
        validation_views(TASKS, settings(n_demos=n_demos)),
    ):
        first = TASKS.arrays.first_example[TASKS.rows[views.tasks]]
        within = views.examples - first[:, None]
        assert within.shape == (len(views), n_demos)
        assert ((within >= 0) & (within < 8)).all()
        assert all(len(set(row)) == n_demos for row in within.tolist())


def test_all_pairs_of_a_task_are_shown_in_time() -> None:
    seen = {
        int(example)
        for epoch in range(60)
        for example in training_views(TASKS, settings(), 0, epoch).examples.ravel()
    }
    assert len(seen) == 8 * len(TASKS)


def test_without_random_demos_the_first_pairs_are_shown() -> None:
    views = training_views(TASKS, settings(random_demos=False), 0, 1)
    first = TASKS.arrays.first_example[TASKS.rows[views.tasks]]
    assert (views.examples - first[:, None]).tolist() == [[0, 1, 2]] * len(views)


def test_ten_colours_are_permuted_and_no_cell_stays() -> None:
    permutations = training_views(TASKS, settings(), 0, 1).permutations
    assert permutations is not None
    assert np.array_equal(np.sort(permutations, axis=1), np.tile(np.arange(11), (len(TASKS), 1)))
    assert (permutations[:, NO_CELL] == NO_CELL).all()
    assert (permutations[:, 0] != 0).any()
    assert training_views(TASKS, settings(color_permute=False), 0, 1).permutations is None
    assert validation_views(TASKS, settings()).permutations is None


def test_a_task_with_few_pairs_leaves_slots_empty() -> None:
    for views in (training_views(FEW, settings(), 0, 1), validation_views(FEW, settings())):
        filled = (views.examples != EMPTY).sum(axis=1)
        assert filled.tolist() == [1 + task for task in views.tasks.tolist()]
        assert (views.examples[:, 0] != EMPTY).all()


def test_validation_views_of_a_task_do_not_depend_on_other_tasks() -> None:
    some = LabelledTasks(TASKS.arrays, TASKS.rows[5:9], TASKS.labels[5:9])
    whole = validation_views(TASKS, settings()).examples.reshape(len(TASKS), -1)
    part = validation_views(some, settings()).examples.reshape(len(some), -1)
    assert np.array_equal(whole[5:9], part)


def test_validation_views_of_a_task_share_no_pair() -> None:
    examples = validation_views(TASKS, settings()).examples.reshape(len(TASKS), -1)
    assert all(len(set(row)) == 6 for row in examples.tolist())
