"""From cells to grids."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from arcsweep.encoders.pooling import max_by_side, mean_by_side

from .grids import batch_of, random_tasks

BATCH = batch_of(random_tasks([3, 1]), canvas=30)
"""Padded, so that some cells belong to neither grid."""


@pytest.mark.parametrize(
    ("pool", "reference"),
    [(mean_by_side, lambda x: x.mean(dim=0)), (max_by_side, lambda x: x.amax(dim=0))],
    ids=["mean", "max"],
)
def test_each_side_of_each_pair_is_pooled_alone(
    pool: Callable[..., Tensor], reference: Callable[[Tensor], Tensor]
) -> None:
    x = torch.randn(len(BATCH.codes), 5) - 3.0  # all but surely below what padding might hold
    pooled = pool(x, BATCH.sides, BATCH.pair_of_cell, BATCH.n_pairs)
    for pair in range(BATCH.n_pairs):
        for side in (0, 1):
            own = (BATCH.pair_of_cell == pair) & (BATCH.sides[side] > 0)
            torch.testing.assert_close(pooled[pair, side], reference(x[own]))


def test_a_maximums_gradient_goes_to_the_cell_that_has_it() -> None:
    x = torch.randn(len(BATCH.codes), 5, requires_grad=True)
    max_by_side(x, BATCH.sides, BATCH.pair_of_cell, BATCH.n_pairs).sum().backward()
    assert x.grad is not None and x.grad.sum() == 2 * BATCH.n_pairs * 5
    assert not x.grad[BATCH.sides.sum(dim=0) == 0].any()
