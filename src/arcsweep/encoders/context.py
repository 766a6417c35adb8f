"""TaskEncoderAdvanced, the ContextEncoder: attention over cells, then over the task's grids."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from arcsweep.encoders.attention import TransformerLayer
from arcsweep.encoders.changes import ChangeMark
from arcsweep.encoders.dropout import Dropout
from arcsweep.encoders.pairs import N_CODES, PairBatch
from arcsweep.encoders.pooling import fill_slots, max_by_side, mean_by_side
from arcsweep.encoders.sizes import PairSizes
from arcsweep.encoders.statistics import PairStatistics

MAX_SIDE = 30


class TaskEncoderAdvanced(nn.Module):
    """Embeds tasks by self-attention within each pair's cells and then among all its grids.

    A cell starts as the sum of learned vectors of its joint code (input colour, output colour),
    its row and its column. The mean over a grid's cells stands for the grid; the demonstrations'
    grids, told input from output but not their order, attend to each other, and their mean
    becomes the embedding.

    ctx_d_model: width throughout. ctx_n_head: attention heads, a divisor of ctx_d_model.
    ctx_pixel_layers: layers of attention over the cells of a pair, at least 1.
    ctx_grid_layers: layers of attention over the grids of a task, at least 1.
    ctx_dropout: dropout of the embedded cells and of every layer's branches.
    mark_changes: mark the cells where input and output differ (:class:`ChangeMark`).
    show_sizes: add what a pair's sizes tell to its two grids (:class:`PairSizes`), before grids
        attend to each other.
    max_pool: add a linear map of the maximum of a grid's cells to their mean: a mean drowns the
        few cells that say what was done in a grid of hundreds.
    show_statistics: add what statistics of the grids tell to a pair's two grids
        (:class:`PairStatistics`), before grids attend to each other.
    The last four are off in the seed's study; their weights are drawn after all others.
    """

    n_resolutions = 0

    def __init__(
        self,
        ctx_d_model: int,
        ctx_n_head: int,
        ctx_pixel_layers: int,
        ctx_grid_layers: int,
        ctx_dropout: float,
        embed_dim: int,
        mark_changes: bool = False,
        show_sizes: bool = False,
        max_pool: bool = False,
        show_statistics: bool = False,
    ) -> None:
        super().__init__()
        self.codes = nn.Parameter(torch.randn(N_CODES, ctx_d_model))
        self.rows = nn.Parameter(torch.randn(MAX_SIDE, ctx_d_model))
        self.columns = nn.Parameter(torch.randn(MAX_SIDE, ctx_d_model))
        self.sides = nn.Parameter(torch.randn(2, ctx_d_model))
        self.dropout = Dropout(ctx_dropout)
        self.pixel_layers = nn.ModuleList(
            TransformerLayer(ctx_d_model, ctx_n_head, ctx_dropout) for _ in range(ctx_pixel_layers)
        )
        self.grid_norm = nn.LayerNorm(ctx_d_model)
        self.grid_layers = nn.ModuleList(
            TransformerLayer(ctx_d_model, ctx_n_head, ctx_dropout) for _ in range(ctx_grid_layers)
        )
        self.task_norm = nn.LayerNorm(ctx_d_model)
        self.embed = nn.Linear(ctx_d_model, embed_dim)
        self.changes = ChangeMark(ctx_d_model) if mark_changes else None
        self.sizes = PairSizes(2 * ctx_d_model) if show_sizes else None
        self.peaks = (
            nn.Sequential(nn.LayerNorm(ctx_d_model), nn.Linear(ctx_d_model, ctx_d_model))
            if max_pool
            else None
        )
        self.statistics = PairStatistics(2 * ctx_d_model) if show_statistics else None

    def forward(self, batch: PairBatch) -> Tensor:
        """Embeddings (B, embed_dim)."""
        x_TD = self._cells(batch)
        real = batch.sides.any(dim=0) if batch.padded else None
        for layer in self.pixel_layers:
            x_TD = layer(x_TD, batch.lengths, real)
        slots, filled = fill_slots(
            self._grids(x_TD, batch).flatten(1),
            batch.task_of_pair,
            batch.slot_of_pair,
            batch.n_tasks,
            batch.n_slots,
        )
        n_grids = 2 * batch.n_slots
        y_GD = slots.view(batch.n_tasks * n_grids, -1)
        there = filled.repeat_interleave(2, dim=1)
        for layer in self.grid_layers:
            y_GD = layer(y_GD, (n_grids,) * batch.n_tasks, there.view(-1))
        y_BND = self.task_norm(y_GD).view(batch.n_tasks, n_grids, -1) * there[:, :, None]
        embedding: Tensor = self.embed(y_BND.sum(dim=1) / there.sum(dim=1, keepdim=True))
        return embedding

    def _grids(self, x_TD: Tensor, batch: PairBatch) -> Tensor:
        """Each pair's input and output as one vector each, (P, 2, D), of its cells."""
        cells = (x_TD, batch.sides, batch.pair_of_cell, batch.n_pairs)
        grids_P2D: Tensor = self.grid_norm(mean_by_side(*cells)) + self.sides
        if self.sizes is not None:
            grids_P2D = grids_P2D + self.sizes(batch.shapes).view(grids_P2D.shape)
        if self.statistics is not None:
            grids_P2D = grids_P2D + self.statistics(batch.statistics).view(grids_P2D.shape)
        if self.peaks is not None:
            grids_P2D = grids_P2D + self.peaks(max_by_side(*cells))
        return grids_P2D

    def _cells(self, batch: PairBatch) -> Tensor:
        codes = self.codes if self.changes is None else self.changes(self.codes)
        embedded = (
            F.embedding(batch.codes, codes)
            + F.embedding(batch.rows, self.rows)
            + F.embedding(batch.columns, self.columns)
        )
        cells: Tensor = self.dropout(embedded)
        return cells
