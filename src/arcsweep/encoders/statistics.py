"""What simple statistics of a pair's grids tell."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from arcsweep.tasks.statistics import N_STATISTICS


class PairStatistics(nn.Module):
    """A small MLP from the statistics of a pair's grids to what is added to the pair's features.

    Whether an output is its input moved, how many shapes there are, how symmetric a grid is: a
    network has to find each of these in few tasks, and a random forest is told them. Counts and
    ratios have long tails, so that they are compressed by asinh and brought to mean 0 and standard
    deviation 1 on the training side (:meth:`fit`).

    width: features of a pair.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(N_STATISTICS))
        self.register_buffer("scale", torch.ones(N_STATISTICS))
        self.hidden = nn.Linear(N_STATISTICS, width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

    @torch.no_grad()
    def fit(self, statistics: Tensor) -> None:
        """Take mean and standard deviation from float32 (n, N_STATISTICS) of the training side.

        A statistic that never differs there stays as it is but for its mean.
        """
        compressed = torch.asinh(statistics.double())
        deviation = compressed.std(dim=0, correction=0)
        self.mean.copy_(compressed.mean(dim=0))
        self.scale.copy_(torch.where(deviation > 0, deviation, 1.0))

    def forward(self, statistics: Tensor) -> Tensor:
        """(P, width) of float32 (P, N_STATISTICS)."""
        x = (torch.asinh(statistics) - self.mean) / self.scale
        features: Tensor = self.norm(self.out(F.gelu(self.hidden(x))))
        return features
