"""Both grids of a pair on one canvas."""

import numpy as np

from arcsweep.encoders.pairs import NO_CELL

from .grids import batch_of, random_tasks

WIDE = np.array([[1, 2]], np.uint8)
TALL = np.array([[3], [4]], np.uint8)


def test_a_cell_joins_the_colours_of_both_grids() -> None:
    batch = batch_of([[(WIDE, TALL)]])
    assert batch.codes.tolist() == [1 * 11 + 3, 2 * 11 + NO_CELL, NO_CELL * 11 + 4]
    assert batch.rows.tolist() == [0, 0, 1]
    assert batch.columns.tolist() == [0, 1, 0]
    assert batch.sides.tolist() == [[1, 1, 0], [1, 0, 1]]


def test_cells_that_neither_grid_reaches_are_left_out_unless_padded() -> None:
    pairs = [[(WIDE, TALL)], [(TALL, TALL), (WIDE, WIDE)]]
    assert batch_of(pairs).lengths == (3, 2, 2)
    assert batch_of(pairs, canvas=30).lengths == (900, 900, 900)


def test_pairs_know_their_task_and_slot() -> None:
    batch = batch_of(random_tasks([2, 1, 3]))
    assert batch.task_of_pair.tolist() == [0, 0, 1, 2, 2, 2]
    assert batch.slot_of_pair.tolist() == [0, 1, 0, 0, 1, 2]
    assert (batch.n_tasks, batch.n_slots) == (3, 3)


def test_a_permutation_recolours_both_grids_of_its_pair_only() -> None:
    turned = [*range(1, 10), 0, NO_CELL]
    permutations = np.array([turned, range(11)], np.uint8)
    batch = batch_of([[(WIDE, TALL), (WIDE, TALL)]], permutations=permutations)
    first = [2 * 11 + 4, 3 * 11 + NO_CELL, NO_CELL * 11 + 5]
    assert batch.codes.tolist() == [*first, 1 * 11 + 3, 2 * 11 + NO_CELL, NO_CELL * 11 + 4]
