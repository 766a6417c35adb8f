"""What an encoder sees: the cells of demonstration pairs, both grids of a pair on one canvas."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from arcsweep.encoders.sheets import Cells, Sheet, build_sheets, rectangles

NO_CELL = 10
"""Stands for a colour where a grid of the pair does not reach."""

N_CODES = 11 * 11
"""Joint codes: input colour * 11 + output colour, each 0-9 or NO_CELL."""

INPUT, OUTPUT = 0, 1


@dataclass(frozen=True)
class Needs:
    """What of a batch a model looks at; the rest is not made for it.

    n_resolutions: sheets, each of half the resolution of the one before.
    statistics: statistics of the grids.
    """

    n_resolutions: int = 0
    statistics: bool = False


@dataclass(frozen=True)
class PairBatch:
    """P demonstration pairs of B tasks with T cells in all, pair after pair and row by row.

    The grids of a pair lie on one canvas with their top left corners together; a cell is a place
    on the canvas that at least one of them reaches (any place, where the canvas was padded).

    codes: int64 (T,), input colour * 11 + output colour.
    rows, columns: int64 (T,), 0-29.
    sides: float32 (2, T), 1 where the input (0) or the output (1) reaches.
    pair_of_cell: int64 (T,).
    lengths: cells of each pair, P numbers on the host.
    shapes: int64 (P, 2, 2), (height, width) of input and output.
    task_of_pair, slot_of_pair: int64 (P,), the pair's task and its number within the task.
    n_tasks, n_slots: B and the largest number of pairs of a task.
    padded: whether there are cells that neither grid reaches.
    sheets: the same cells laid out for convolutions, one sheet a resolution; empty without them.
    statistics: float32 (P, N_STATISTICS), of tasks/statistics.py; None without them.
    """

    codes: Tensor
    rows: Tensor
    columns: Tensor
    sides: Tensor
    pair_of_cell: Tensor
    lengths: tuple[int, ...]
    shapes: Tensor
    task_of_pair: Tensor
    slot_of_pair: Tensor
    n_tasks: int
    n_slots: int
    padded: bool
    sheets: tuple[Sheet, ...]
    statistics: Tensor | None

    @property
    def n_pairs(self) -> int:
        return len(self.lengths)

    def to(self, device: torch.device) -> "PairBatch":
        """The batch on ``device``; copies to a GPU do not wait for it."""
        if device == self.codes.device:
            return self
        moved: dict[str, Any] = {
            name: value.pin_memory().to(device, non_blocking=True)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, sheets=tuple(sheet.to(device) for sheet in self.sheets), **moved)


def build_pairs(
    colours: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    shapes: NDArray[np.uint8],
    pairs_per_task: NDArray[np.int64],
    permutations: NDArray[np.uint8] | None = None,
    n_resolutions: int = 0,
    canvas: int | None = None,
    statistics: NDArray[np.float32] | None = None,
) -> PairBatch:
    """Assemble a batch without a Python loop over cells.

    colours: uint8 (N,), grids row by row, as in TaskArrays.cells.
    offsets, shapes: (P, 2) and (P, 2, 2), first cell and (height, width) of input and output.
    pairs_per_task: int64 (B,), each at least 1; the pairs come task after task.
    permutations: uint8 (P, 11) colour → colour, mapping NO_CELL to itself; None changes nothing.
    n_resolutions: sheets to lay out, each of half the resolution of the one before.
    canvas: pad every canvas to this side, which may change the time it takes but no result.
    statistics: (P, N_STATISTICS) of the pairs in their own colours.
    """
    extents = shapes.max(axis=1).T.astype(np.int64)
    slots = extents if canvas is None else np.full_like(extents, canvas)
    place, sides = _both_sides(colours, offsets, shapes, slots)
    if canvas is None:
        real = (sides != NO_CELL).any(axis=0)
        place, sides = (place[0][real], place[1][real], place[2][real]), sides[:, real]
    if permutations is not None:
        sides = permutations[place[0], sides]
    codes = sides[INPUT] * np.int64(11) + sides[OUTPUT]
    cells = Cells(*place, (sides != NO_CELL).astype(np.float32))
    return PairBatch(
        torch.from_numpy(codes),
        torch.from_numpy(cells.row),
        torch.from_numpy(cells.column),
        torch.from_numpy(cells.weights),
        torch.from_numpy(cells.canvas),
        tuple(np.bincount(cells.canvas, minlength=len(offsets)).tolist()),
        torch.from_numpy(shapes.astype(np.int64)),
        *_places(pairs_per_task),
        len(pairs_per_task),
        int(pairs_per_task.max()),
        canvas is not None,
        build_sheets(cells, codes, extents, slots, n_resolutions),
        None if statistics is None else torch.from_numpy(statistics),
    )


def _places(pairs_per_task: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """``task_of_pair`` and ``slot_of_pair`` of pairs that come task after task."""
    task_of_pair = np.repeat(np.arange(len(pairs_per_task)), pairs_per_task)
    first = np.cumsum(pairs_per_task) - pairs_per_task
    slot_of_pair = np.arange(len(task_of_pair)) - first[task_of_pair]
    return torch.from_numpy(task_of_pair), torch.from_numpy(slot_of_pair)


def _both_sides(
    colours: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    shapes: NDArray[np.uint8],
    slots: NDArray[np.int64],
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], NDArray[np.uint8]]:
    """(pair, row, column) of every canvas cell, and its colours, uint8 (2, n), in both grids."""
    place = rectangles(slots[0], slots[1])
    sides = [_side(colours, offsets[:, s], shapes[:, s], *place) for s in (INPUT, OUTPUT)]
    return place, np.stack(sides)


def _side(
    colours: NDArray[np.uint8],
    first: NDArray[np.int64],
    shape: NDArray[np.uint8],
    pair: NDArray[np.int64],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """Colour of each canvas cell in one grid of its pair, NO_CELL where it does not reach."""
    heights, widths = shape.T.astype(np.int64)
    inside = (row < heights[pair]) & (column < widths[pair])
    side = np.full(len(pair), NO_CELL, np.uint8)
    at = pair[inside]
    side[inside] = colours[first[at] + row[inside] * widths[at] + column[inside]]
    return side
