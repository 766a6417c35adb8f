"""TaskEncoderCNN: convolutions over the canvas of each pair, then an MLP over the pairs."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from arcsweep.encoders.changes import ChangeMark
from arcsweep.encoders.gather import gather_rows
from arcsweep.encoders.linear import apply_linear
from arcsweep.encoders.pairs import N_CODES, PairBatch
from arcsweep.encoders.pooling import fill_slots, max_by_side, mean_by_side
from arcsweep.encoders.sheets import Sheet
from arcsweep.encoders.sizes import PairSizes
from arcsweep.encoders.statistics import PairStatistics

BASE_CHANNELS = (32, 64, 128)
"""Channels at width_mult 1 of the full, the half and the quarter resolution."""

RESOLUTION_OF_BLOCK = (0, 1, 1, 2, 2, 2)
"""Resolution that each block works at; a network of depth d has the first d blocks."""

DEMO_SLOTS = 3
"""Pairs that ``flatten`` sees side by side: those of a view in the study."""


class TaskEncoderCNN(nn.Module):
    """Embeds tasks by residual 3×3 convolutions over both grids of a pair at once.

    Every cell starts as a learned vector of its joint code (input colour, output colour), so that
    equal and different colours can be told apart from the first layer on. Normalisation is over
    the channels of a cell alone: no other cell, pair or task takes part in it.

    width_mult: scales BASE_CHANNELS, rounded to multiples of 8.
    depth: blocks, 1 to 6, at falling resolution (RESOLUTION_OF_BLOCK).
    mlp_hidden, embed_dim: widths of the MLP from pooled pairs to the embedding.
    demo_agg: "mean" averages the pairs before the MLP, in any order; "flatten" puts DEMO_SLOTS of
        them side by side, zeros in empty slots, and averages the embeddings of further groups.
    use_coords: tell every cell its row and column, absolute and as a share of the canvas.
    mark_changes: mark the cells where input and output differ (:class:`ChangeMark`).
    show_sizes: add what the grids' sizes tell to each pair before the MLP (:class:`PairSizes`).
    max_pool: give the MLP the maximum of a grid's cells beside their mean, normalised by itself: a
        mean drowns the few cells that say what was done in a grid of hundreds.
    show_statistics: add what statistics of the grids tell to each pair before the MLP
        (:class:`PairStatistics`).
    The last four are off in the seed's study; their weights are drawn after all others.
    """

    def __init__(
        self,
        width_mult: float,
        depth: int,
        mlp_hidden: int,
        embed_dim: int,
        demo_agg: str,
        use_coords: bool,
        mark_changes: bool = False,
        show_sizes: bool = False,
        max_pool: bool = False,
        show_statistics: bool = False,
    ) -> None:
        super().__init__()
        channels = [max(8, 8 * round(width_mult * base / 8)) for base in BASE_CHANNELS]
        resolutions = RESOLUTION_OF_BLOCK[:depth]
        self.n_resolutions = resolutions[-1] + 1
        self.flatten = demo_agg == "flatten"
        self.codes = nn.Parameter(torch.randn(N_CODES, channels[0]))
        self.coordinates = nn.Linear(4, channels[0], bias=False) if use_coords else None
        self.merges = nn.ModuleList(
            Merge(channels[r - 1], channels[r]) for r in range(1, self.n_resolutions)
        )
        self.stages = nn.ModuleList(
            nn.ModuleList(Block(channels[r]) for at in resolutions if at == r)
            for r in range(self.n_resolutions)
        )
        pooled = 2 * channels[self.n_resolutions - 1]
        self.cell_norm = nn.LayerNorm(channels[self.n_resolutions - 1])
        self.pair_norm = nn.LayerNorm(pooled)
        seen = (2 if max_pool else 1) * pooled * (DEMO_SLOTS if self.flatten else 1)
        self.hidden = nn.Linear(seen, mlp_hidden)
        self.embed = nn.Linear(mlp_hidden, embed_dim)
        self.changes = ChangeMark(channels[0]) if mark_changes else None
        self.sizes = PairSizes(pooled) if show_sizes else None
        self.peak_norm = nn.LayerNorm(pooled) if max_pool else None
        self.statistics = PairStatistics(pooled) if show_statistics else None

    def forward(self, batch: PairBatch) -> Tensor:
        """Embeddings (B, embed_dim) of a batch laid out with ``n_resolutions`` sheets."""
        x_SC = self._stem(batch.sheets[0])
        for resolution, (sheet, stage) in enumerate(zip(batch.sheets, self.stages, strict=True)):
            if resolution:
                x_SC = self.merges[resolution - 1](x_SC, batch.sheets[resolution - 1], sheet)
            for block in stage:  # type: ignore[attr-defined]
                x_SC = block(x_SC, sheet)
        slots, filled = fill_slots(
            self._pairs(x_SC, batch),
            batch.task_of_pair,
            batch.slot_of_pair,
            batch.n_tasks,
            batch.n_slots,
        )
        return self._flattened(slots, filled) if self.flatten else self._averaged(slots, filled)

    def _stem(self, sheet: Sheet) -> Tensor:
        codes = self.codes if self.changes is None else self.changes(self.codes)
        x_SC = F.embedding(sheet.codes, codes)
        return x_SC if self.coordinates is None else x_SC + self.coordinates(sheet.coordinates)

    def _pairs(self, x_SC: Tensor, batch: PairBatch) -> Tensor:
        """Each pair as one vector, (P, F), of the last sheet's positions."""
        last = batch.sheets[-1]
        # float(): sums over hundreds of cells keep their digits where products are bfloat16.
        x_TC = F.relu(self.cell_norm(x_SC.index_select(0, last.position).float()))
        cells = (x_TC, last.weights, last.pair_of_cell, batch.n_pairs)
        pairs_PF: Tensor = self.pair_norm(mean_by_side(*cells).flatten(1))
        if self.sizes is not None:
            pairs_PF = pairs_PF + self.sizes(batch.shapes)
        if self.statistics is not None:
            pairs_PF = pairs_PF + self.statistics(batch.statistics)
        if self.peak_norm is not None:
            peaks_PF = self.peak_norm(max_by_side(*cells).flatten(1))
            pairs_PF = torch.cat([pairs_PF, peaks_PF], dim=1)
        return pairs_PF

    def _averaged(self, slots_BNF: Tensor, filled_BN: Tensor) -> Tensor:
        mean_BF = slots_BNF.sum(dim=1) / filled_BN.sum(dim=1, keepdim=True)
        return self._mlp(mean_BF)

    def _flattened(self, slots_BNF: Tensor, filled_BN: Tensor) -> Tensor:
        n_tasks, n_slots, _ = slots_BNF.shape
        missing = -n_slots % DEMO_SLOTS
        groups_BGF = F.pad(slots_BNF, (0, 0, 0, missing)).reshape(
            n_tasks, (n_slots + missing) // DEMO_SLOTS, -1
        )
        pairs_BG = F.pad(filled_BN, (0, missing)).view(n_tasks, -1, DEMO_SLOTS).sum(dim=2)
        share_BG = pairs_BG / pairs_BG.sum(dim=1, keepdim=True)
        return (self._mlp(groups_BGF) * share_BG[:, :, None]).sum(dim=1)

    def _mlp(self, x: Tensor) -> Tensor:
        embedding: Tensor = self.embed(F.gelu(self.hidden(x)))
        return embedding


class Block(nn.Module):
    """x + conv3×3(relu(norm(x))), empty positions held at zero before the convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)

    def forward(self, x_SC: Tensor, sheet: Sheet) -> Tensor:
        """(S, C) → (S, C); the (S, C) memory is the channels-last image of the sheet."""
        h_SC = F.relu(self.norm(x_SC)) * sheet.mask
        h_1HWC = h_SC.view(1, sheet.height, sheet.width, -1)
        h_1HWC = self.conv(h_1HWC.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        out_SC: Tensor = x_SC + h_1HWC.reshape(x_SC.shape)
        return out_SC


class Merge(nn.Module):
    """Halves the resolution: one linear map of each 2×2 square's normalised channels."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels_in)
        self.linear = nn.Linear(4 * channels_in, channels_out, bias=False)

    def forward(self, x_SC: Tensor, before: Sheet, after: Sheet) -> Tensor:
        """(S of ``before``, C) → (S of ``after``, C')."""
        h_SC = F.relu(self.norm(x_SC)) * before.mask
        squares = gather_rows(h_SC, after.merged, after.merged_from)
        return apply_linear(self.linear, squares.view(after.mask.shape[0], -1))
