"""Moving rows when it is known where each one went."""

from typing import Any

import torch
from torch import Tensor


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, index: Tensor, inverse: Tensor) -> Tensor:
        ctx.save_for_backward(inverse)
        return rows.index_select(0, index)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (inverse,) = ctx.saved_tensors
        return grads[0].index_select(0, inverse), None, None


def gather_rows(rows: Tensor, index: Tensor, inverse: Tensor) -> Tensor:
    """``rows[index]`` whose gradient is a gather too, ``grad[inverse]``.

    Autograd's own backward adds row by row, which is slow on a CPU and, on a GPU, adds in an order
    that changes. In exchange the caller must discard the gradient (through a mask of zeros) of
    every row that ``index`` takes more than once or not at all.
    rows: (S, C). index: int64 (N,). inverse: int64 (S,).
    """
    gathered: Tensor = _Gather.apply(rows, index, inverse)  # type: ignore[no-untyped-call]
    return gathered
