"""Canvases of a batch on one sheet."""

from itertools import pairwise

import numpy as np
import pytest

from arcsweep.encoders.pairs import Needs
from arcsweep.encoders.sheets import N_RESOLUTIONS, Sheet

from .grids import batch_of, random_tasks


@pytest.fixture(params=[None, 30], ids=["tight", "padded"])
def sheets(request: pytest.FixtureRequest) -> tuple[Sheet, ...]:
    return batch_of(random_tasks([3] * 12), Needs(N_RESOLUTIONS), canvas=request.param).sheets


def owners(sheet: Sheet) -> np.ndarray:
    """Pair of each position, -1 where there is none, (height, width)."""
    owner = np.full(sheet.height * sheet.width, -1)
    owner[sheet.position.numpy()] = sheet.pair_of_cell.numpy()
    return owner.reshape(sheet.height, sheet.width)


def test_no_convolution_reaches_from_one_canvas_into_another(sheets: tuple[Sheet, ...]) -> None:
    for sheet in sheets:
        owner = owners(sheet)
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            here = owner[: owner.shape[0] - down, max(0, -right) : owner.shape[1] - max(0, right)]
            there = owner[down:, max(0, right) : owner.shape[1] + min(0, right)]
            assert ((here == there) | (here < 0) | (there < 0)).all()


def test_every_position_holds_one_cell_or_is_masked(sheets: tuple[Sheet, ...]) -> None:
    for sheet in sheets:
        assert len(set(sheet.position.tolist())) == len(sheet.position)
        assert sheet.mask.flatten().nonzero().flatten().tolist() == sorted(sheet.position.tolist())
        assert sheet.mask[-1] == 0


def test_each_resolution_stands_for_the_same_cells(sheets: tuple[Sheet, ...]) -> None:
    def cells_of_pairs(sheet: Sheet) -> list[list[float]]:
        pairs = sheet.pair_of_cell.numpy()
        return [np.bincount(pairs, side).tolist() for side in sheet.weights.numpy()]

    assert cells_of_pairs(sheets[0]) == cells_of_pairs(sheets[1]) == cells_of_pairs(sheets[2])


def test_merged_squares_take_every_cell_once_and_from_its_own_pair(
    sheets: tuple[Sheet, ...],
) -> None:
    for fine, coarse in pairwise(sheets):
        squares = coarse.merged.view(-1, 4)[coarse.position]
        taken = owners(fine).reshape(-1)[squares.numpy()]
        own = coarse.pair_of_cell.numpy()[:, None]
        assert ((taken == own) | (taken == -1)).all()
        assert sorted(squares.flatten()[taken.ravel() >= 0].tolist()) == sorted(
            fine.position.tolist()
        )
        real = fine.position
        assert (coarse.merged[coarse.merged_from[real]] == real).all()


def test_empty_positions_merge_empty_ones(sheets: tuple[Sheet, ...]) -> None:
    for fine, coarse in pairwise(sheets):
        of_empty = coarse.merged.view(-1, 4)[coarse.mask.flatten() == 0]
        assert fine.mask[of_empty.flatten()].sum() == 0
