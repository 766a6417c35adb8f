"""Batches assembled ahead."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
import torch

from arcsweep.encoders.pairs import Needs
from arcsweep.training.batches import (
    BATCHES_AHEAD_PER_THREAD,
    Batch,
    ahead,
    assemble,
    batches,
)
from arcsweep.training.views import Views, training_views

from .easy import easy_data, settings

TASKS = easy_data().train
VIEWS = training_views(TASKS, settings(), 0, 1)


def equal(first: Batch, second: Batch) -> bool:
    tensors = [
        [value for value in vars(part).values() if isinstance(value, torch.Tensor)]
        for batch in (first, second)
        for part in (batch, batch.pairs, *batch.pairs.sheets)
    ]
    half = len(tensors) // 2
    return all(
        torch.equal(a, b)
        for left, right in zip(tensors[:half], tensors[half:], strict=True)
        for a, b in zip(left, right, strict=True)
    )


@pytest.mark.parametrize("num_workers", [1, 2, 7])
def test_any_number_of_threads_gives_equal_batches(num_workers: int) -> None:
    alone = list(batches(TASKS, VIEWS, 5, Needs(2), 0))
    ahead_of_time = list(batches(TASKS, VIEWS, 5, Needs(2), num_workers))
    assert len(alone) == len(ahead_of_time) == -(-len(TASKS) // 5)
    assert all(equal(a, b) for a, b in zip(alone, ahead_of_time, strict=True))


def test_a_batch_keeps_the_members_that_the_shuffle_gave_it() -> None:
    found = list(batches(TASKS, VIEWS, 5, Needs(), 0))
    for number, batch in enumerate(found):
        members = VIEWS.tasks[5 * number : 5 * number + 5]
        assert batch.labels.tolist() == TASKS.labels[members].tolist()


def test_a_batch_shows_its_views_grids_in_their_colours() -> None:
    batch = assemble(TASKS, VIEWS, slice(3, 6), Needs())
    assert VIEWS.permutations is not None
    for pair in range(batch.pairs.n_pairs):
        view, slot = 3 + pair // 3, pair % 3
        cells = batch.pairs.pair_of_cell == pair
        for side, code in enumerate((batch.pairs.codes // 11, batch.pairs.codes % 11)):
            grid = TASKS.arrays.grid(int(VIEWS.examples[view, slot]), side)
            there = cells & (batch.pairs.sides[side] == 1)
            shown = np.full(grid.shape, 99)
            shown[batch.pairs.rows[there], batch.pairs.columns[there]] = code[there]
            assert np.array_equal(shown, VIEWS.permutations[view][grid])


def test_a_failure_in_a_thread_reaches_the_caller() -> None:
    broken = Views(VIEWS.tasks, VIEWS.examples + 10**9, None)
    with pytest.raises(IndexError):
        list(batches(TASKS, broken, 5, Needs(), 2))


def test_threads_do_not_run_far_ahead_and_stop_when_left() -> None:
    started = []

    def job(number: int) -> Callable[[], Batch]:
        def run() -> Batch:
            started.append(number)
            return assemble(TASKS, VIEWS, slice(0, 1), Needs())

        return run

    stream = ahead([job(number) for number in range(100)], 2)
    next(stream)
    time.sleep(0.3)  # long enough to start all hundred, were they asked for
    assert len(started) <= 2 * BATCHES_AHEAD_PER_THREAD + 1
    stream.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batches")]
