"""Canvases of all sizes laid out on one sheet, so that one convolution serves a whole batch.

Neighbours on a sheet are one empty cell apart. As long as empty cells hold zeros before each 3×3
convolution, no canvas sees another one and the arrangement influences no result.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SHEET_WIDTHS = (96, 32, 16)
"""Width of the sheet of each resolution; fixed, so that kernels meet few distinct shapes."""

HEIGHT_STEP = 4
"""Sheet heights are multiples of this, for the same reason."""

N_RESOLUTIONS = len(SHEET_WIDTHS)


@dataclass(frozen=True)
class Cells:
    """T cells of P canvases at one resolution, canvas after canvas.

    canvas, row, column: int64 (T,).
    weights: float32 (2, T), how many cells of the input and of the output grid each stands for.
    """

    canvas: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class Sheet:
    """One resolution of a batch: S = height * width positions, of which T hold a cell.

    mask: float32 (S, 1), 1 where there is a cell.
    position: int64 (T,), each cell's place on the sheet, canvas after canvas.
    pair_of_cell: int64 (T,).
    weights: float32 (2, T), as in :class:`Cells`.
    codes: int64 (S,), joint colour codes (first resolution only, else empty).
    coordinates: float32 (S, 4), row and column over 29 and over the canvas's extent (likewise).
    merged: int64 (4 S,), the four positions of the sheet before that each position merges; an
        empty position merges four empty ones (empty for the first resolution).
    merged_from: int64 (S of the sheet before,), where each of its positions went in ``merged``.
    """

    height: int
    width: int
    mask: Tensor
    position: Tensor
    pair_of_cell: Tensor
    weights: Tensor
    codes: Tensor
    coordinates: Tensor
    merged: Tensor
    merged_from: Tensor

    def to(self, device: torch.device) -> "Sheet":
        """The sheet on ``device``; copies to a GPU do not wait for it."""
        moved: dict[str, Any] = {
            name: value.pin_memory().to(device, non_blocking=True)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, **moved)


@dataclass(frozen=True)
class _Layout:
    """Where the canvases of one resolution lie: (P,) first positions, and the sheet's size."""

    corner: NDArray[np.int64]
    height: int
    width: int


def rectangles(
    heights: NDArray[np.int64], widths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rectangle number, row and column of every cell, rectangle after rectangle, row by row."""
    areas = heights * widths
    number = np.repeat(np.arange(len(areas)), areas)
    within = np.arange(len(number)) - np.repeat(np.cumsum(areas) - areas, areas)
    row = within // widths[number]
    return number, row, within - row * widths[number]


def lay_out(heights: NDArray[np.int64], widths: NDArray[np.int64], sheet_width: int) -> _Layout:
    """Place P canvases, tallest first, on the first shelf that has room for them.

    Each canvas is followed by an empty column and an empty row, so that the last position of the
    sheet is always empty.
    """
    corner = np.zeros_like(heights)
    tops: list[int] = []
    lefts: list[int] = []
    sheet_height = 0
    for canvas in np.lexsort((-widths, -heights)).tolist():
        height, width = int(heights[canvas]) + 1, int(widths[canvas]) + 1
        shelf = next((s for s, left in enumerate(lefts) if left + width <= sheet_width), len(lefts))
        if shelf == len(lefts):
            tops.append(sheet_height)
            lefts.append(0)
            sheet_height += height
        corner[canvas] = tops[shelf] * sheet_width + lefts[shelf]
        lefts[shelf] += width
    return _Layout(corner, -(-sheet_height // HEIGHT_STEP) * HEIGHT_STEP, sheet_width)


def build_sheets(
    cells: Cells,
    codes: NDArray[np.int64],
    extents: NDArray[np.int64],
    slots: NDArray[np.int64],
    n_resolutions: int,
) -> tuple[Sheet, ...]:
    """Lay out the cells of P canvases at ``n_resolutions`` resolutions, each half the one before.

    codes: (T,) joint colour codes. extents: (2, P) true height and width of each canvas.
    slots: (2, P) the room each one is given, at least its extent.
    Cells that neither grid of a pair has are left empty.
    """
    if n_resolutions == 0:
        return ()
    layout = lay_out(slots[0], slots[1], SHEET_WIDTHS[0])
    sheets = [_first_sheet(cells, layout, codes, extents)]
    for sheet_width in SHEET_WIDTHS[1:n_resolutions]:
        extents, slots = (extents + 1) // 2, (slots + 1) // 2
        fine, layout = layout, lay_out(slots[0], slots[1], sheet_width)
        sheets.append(_merging_sheet(sheets[-1], fine, layout, extents))
    return tuple(sheets)


def _first_sheet(
    cells: Cells, layout: _Layout, codes: NDArray[np.int64], extents: NDArray[np.int64]
) -> Sheet:
    real = cells.weights.any(axis=0)
    kept = Cells(cells.canvas[real], cells.row[real], cells.column[real], cells.weights[:, real])
    size = layout.height * layout.width
    position = _positions(kept, layout)
    sheet_codes, coordinates = np.zeros(size, np.int64), np.zeros((size, 4), np.float32)
    sheet_codes[position] = codes[real]
    for axis, along in enumerate((kept.row, kept.column)):
        coordinates[position, axis] = along / 29.0
        coordinates[position, 2 + axis] = (along + 0.5) / extents[axis, kept.canvas]
    nothing = np.zeros(0, np.int64)
    return _sheet(kept, layout, sheet_codes, coordinates, nothing, nothing)


def _merging_sheet(
    before: Sheet, fine: _Layout, coarse: _Layout, extents: NDArray[np.int64]
) -> Sheet:
    """The next resolution: each cell stands for the real ones of a 2×2 square."""
    canvas, row, column = rectangles(extents[0], extents[1])
    first = fine.corner[canvas] + 2 * (row * fine.width + column)
    children = first[:, None] + np.array([0, 1, fine.width, fine.width + 1])
    on_sheet = np.zeros((2, fine.height * fine.width), np.float32)
    on_sheet[:, before.position.numpy()] = before.weights.numpy()
    weights = on_sheet[:, children].sum(axis=2)
    real = weights.any(axis=0)
    cells = Cells(canvas[real], row[real], column[real], weights[:, real])
    children, position = children[real], _positions(cells, coarse)
    empty = fine.height * fine.width - 1
    merged = np.full((coarse.height * coarse.width, 4), empty, np.int64)
    merged[position] = children
    merged_from = np.zeros(fine.height * fine.width, np.int64)
    merged_from[children] = position[:, None] * 4 + np.arange(4)
    no_codes, no_coordinates = np.zeros(0, np.int64), np.zeros((0, 4), np.float32)
    return _sheet(cells, coarse, no_codes, no_coordinates, merged.reshape(-1), merged_from)


def _positions(cells: Cells, layout: _Layout) -> NDArray[np.int64]:
    return layout.corner[cells.canvas] + cells.row * layout.width + cells.column


def _sheet(
    cells: Cells,
    layout: _Layout,
    codes: NDArray[np.int64],
    coordinates: NDArray[np.float32],
    merged: NDArray[np.int64],
    merged_from: NDArray[np.int64],
) -> Sheet:
    position = _positions(cells, layout)
    mask = np.zeros((layout.height * layout.width, 1), np.float32)
    mask[position] = 1.0
    arrays = (mask, position, cells.canvas, cells.weights, codes, coordinates, merged, merged_from)
    return Sheet(layout.height, layout.width, *(torch.from_numpy(array) for array in arrays))
