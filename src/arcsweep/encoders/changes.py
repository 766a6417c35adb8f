"""The mark of cells where a pair's output differs from its input."""

import torch
from torch import Tensor, nn

from arcsweep.encoders.pairs import N_CODES, NO_CELL


class ChangeMark(nn.Module):
    """One learned vector on all joint codes of two different colours.

    A joint code (input colour, output colour) tells already whether the two differ, but in a vector
    of its own for each of the 121 codes: that 90 of them mean "changed" has to be learned code by
    code from few tasks. The mark is one bit that they all share from the first step on. A place
    that only one grid reaches has no mark: whether it changed is no question there.
    """

    differs: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mark = nn.Parameter(torch.randn(width))
        codes = torch.arange(N_CODES)
        before, after = codes // (NO_CELL + 1), codes % (NO_CELL + 1)
        differs = (before != after) & (before != NO_CELL) & (after != NO_CELL)
        self.register_buffer("differs", differs[:, None].float(), persistent=False)

    def forward(self, codes_KC: Tensor) -> Tensor:
        """The table of codes (121, C) with the mark in it: marking costs nothing a cell."""
        marked_KC: Tensor = codes_KC + self.differs * self.mark
        return marked_KC
