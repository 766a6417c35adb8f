"""Linear layers over many rows, by the fastest product that PyTorch has for them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MIN_ROWS = 64
"""Below, a layer takes no time that matters; from 96 rows on the convolution was the faster one."""


def apply_linear(layer: nn.Linear, x_TD: Tensor) -> Tensor:
    """``layer(x_TD)``, (T, D) → (T, D').

    On a CPU as a 1×1 convolution. PyTorch computes those with oneDNN, which uses a processor's
    widest vectors whoever made it; its matrix products are MKL's, which on AMD's processors does
    not. The dilation of a 1×1 kernel means nothing, but without one PyTorch takes MKL again when
    there is one thread.
    """
    onednn = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if len(x_TD) < MIN_ROWS or x_TD.device.type != "cpu" or not onednn:
        y_TD: Tensor = layer(x_TD)
        return y_TD
    x_1D1T = x_TD[None, None].permute(0, 3, 1, 2)
    y_1D1T = F.conv2d(x_1D1T, layer.weight[:, :, None, None], layer.bias, dilation=2)
    return y_1D1T.permute(0, 2, 3, 1).reshape(len(x_TD), -1)
