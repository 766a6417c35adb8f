"""Which pairs are shown."""

import numpy as np
import pytest
import torch

from arcsweep.classifier.demonstrations import Showing, build_views
from arcsweep.encoders.pairs import Needs

from .exports import asked


@pytest.mark.parametrize(
    ("n_pairs", "views"),
    [
        (1, [[0, 0, 0]]),
        (2, [[0, 1, 0], [1, 0, 1]]),
        (3, [[0, 1, 2]]),
        (4, [[0, 1, 2], [3, 0, 1]]),
        (10, [[0, 1, 2], [3, 4, 5]]),
    ],
)
def test_pairs_are_dealt_out_and_again_when_they_run_out(
    n_pairs: int, views: list[list[int]]
) -> None:
    assert Showing(3, 2).views(n_pairs).tolist() == views


def test_a_batch_holds_the_chosen_pairs() -> None:
    task = asked(n_pairs=2)
    batch = build_views([(task.pairs, np.array([1, 0, 1]))], needs=Needs())
    colours = [grid.cells for number in (1, 0, 1) for grid in task.pairs[number]]
    assert batch.n_pairs == 3
    first = batch.codes[batch.pair_of_cell == 0]
    inside = batch.sides[0, batch.pair_of_cell == 0].bool()
    assert bytes((first[inside] // 11).to(torch.uint8).tolist()) == colours[0]
