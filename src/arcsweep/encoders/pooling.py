"""From cells to grids, and from grids to tasks, in ways that padding does not reach."""

import torch
from torch import Tensor


def mean_by_side(x_TC: Tensor, weights: Tensor, pair_of_cell: Tensor, n_pairs: int) -> Tensor:
    """Mean features of the input's and of the output's cells, (P, 2, C).

    x_TC: (T, C). weights: (2, T), how many cells of each side a row stands for.
    pair_of_cell: int64 (T,). Every grid has at least one cell.
    """
    sums = [
        x_TC.new_zeros(n_pairs, x_TC.shape[1]).index_add(0, pair_of_cell, x_TC * side[:, None])
        for side in weights
    ]
    counts = [weights.new_zeros(n_pairs).index_add(0, pair_of_cell, side) for side in weights]
    return torch.stack(sums, dim=1) / torch.stack(counts, dim=1)[:, :, None]


def max_by_side(x_TC: Tensor, weights: Tensor, pair_of_cell: Tensor, n_pairs: int) -> Tensor:
    """Largest features among the input's and among the output's cells, (P, 2, C).

    As :func:`mean_by_side`, for cells that come pair after pair. One reduction over runs of rows:
    scattering maxima instead takes ten times as long on a CPU.
    """
    ones = torch.ones_like(pair_of_cell)
    lengths = pair_of_cell.new_zeros(n_pairs).index_add(0, pair_of_cell, ones)
    sides = [x_TC.masked_fill(side[:, None] == 0, -torch.inf) for side in weights]
    maxima = [
        torch.segment_reduce(side_TC, "max", lengths=lengths, axis=0, unsafe=True)
        for side_TC in sides
    ]
    return torch.stack(maxima, dim=1)


def fill_slots(
    x_PF: Tensor, task_of_pair: Tensor, slot_of_pair: Tensor, n_tasks: int, n_slots: int
) -> tuple[Tensor, Tensor]:
    """Pair features by task and slot, (B, N, F) with zeros in empty slots, and bool (B, N)."""
    index = task_of_pair * n_slots + slot_of_pair
    slots = x_PF.new_zeros(n_tasks * n_slots, x_PF.shape[1]).index_copy(0, index, x_PF)
    filled = torch.zeros(n_tasks * n_slots, dtype=torch.bool, device=x_PF.device)
    filled = filled.index_fill(0, index, True)
    return slots.view(n_tasks, n_slots, -1), filled.view(n_tasks, n_slots)
