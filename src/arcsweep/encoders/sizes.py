"""What the sizes of a pair's grids tell."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from arcsweep.encoders.pairs import INPUT, OUTPUT

N_FEATURES = 8


class PairSizes(nn.Module):
    """A small MLP from the sizes of a pair's grids to what is added to the pair's features.

    Means over cells do not know how many cells there were, and a convolution sees a grid's border
    but not how far the other one is: that an output is as large as its input, three times as large
    or one row is the first thing a person sees. The figures come where a pair is one vector,
    after the cells: a cell need not carry them, and the layers behind can combine them with what
    was seen.

    width: features of a pair.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(N_FEATURES, width)
        self.out = nn.Linear(width, width)

    def forward(self, shapes: Tensor) -> Tensor:
        """(P, width) of int64 (P, 2, 2), height and width of input and output."""
        features: Tensor = self.out(F.gelu(self.hidden(size_features(shapes))))
        return features


def size_features(shapes: Tensor) -> Tensor:
    """float32 (P, 8): both heights and widths over 30, log2 of output over input, and equality.

    shapes: int64 (P, 2, 2). A ratio of exactly one has a feature of its own, because a layer sees a
    point on a line badly.
    """
    before, after = shapes[:, INPUT], shapes[:, OUTPUT]
    ratio = torch.log2(after / before)
    return torch.cat([before / 30, after / 30, ratio, (before == after).float()], dim=1)
