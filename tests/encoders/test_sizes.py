"""What is told of the sizes of a pair's grids."""

import pytest
import torch

from arcsweep.encoders.sizes import size_features

from .grids import batch_of, random_tasks


def test_sizes_ratios_and_equality_are_told() -> None:
    told = size_features(torch.tensor([[[3, 10], [6, 10]], [[30, 4], [15, 1]]]))
    expected = [
        [3 / 30, 10 / 30, 6 / 30, 10 / 30, 1.0, 0.0, 0.0, 1.0],
        [30 / 30, 4 / 30, 15 / 30, 1 / 30, -1.0, -2.0, 0.0, 0.0],
    ]
    torch.testing.assert_close(told, torch.tensor(expected))


@pytest.mark.parametrize("canvas", [None, 30])
def test_a_batch_knows_the_true_sizes_of_its_grids(canvas: int | None) -> None:
    tasks = random_tasks([2, 1, 3])
    pairs = [pair for task in tasks for pair in task]
    expected = [[list(grid.shape) for grid in pair] for pair in pairs]
    assert batch_of(tasks, canvas=canvas).shapes.tolist() == expected
