"""Dropout whose random numbers are cheap on a CPU."""

import torch
from torch import Tensor, nn

_LEVELS = 1 << 16


class Dropout(nn.Module):
    """Zeroes a share of the elements in training and scales up the others.

    PyTorch draws one 64-bit number an element and, on other than Intel CPUs, in one thread; this
    draws 16 bits an element, so the share is rounded to a multiple of 2**-16.
    share: 0 to below 1.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """``x`` with dropout, of the same shape."""
        dropped = round(self.share * _LEVELS)
        if not self.training or dropped == 0:
            return x
        words = torch.empty(-(-x.numel() // 4), dtype=torch.int64, device=x.device)
        # 64 uniform bits each: the range [-2**63, 2**63) in place of the default's 63 bits.
        words.random_(-(1 << 63), None)
        bits = words.view(torch.int16)[: x.numel()].view(x.shape)
        # In float32 whatever x is: bfloat16 would round the factor, the same way in every layer.
        kept = (bits >= dropped - _LEVELS // 2).float().mul_(_LEVELS / (_LEVELS - dropped))
        return (x * kept).to(x.dtype)
