"""TaskEncoderAdvanced, the ContextEncoder: attention over cells, then over the task's grids."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from arcsweep.encoders.attention import TransformerLayer
from arcsweep.encoders.dropout import Dropout
from arcsweep.encoders.pairs import N_CODES, PairBatch
from arcsweep.encoders.pooling import fill_slots, mean_by_side

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

    def forward(self, batch: PairBatch) -> Tensor:
        """Embeddings (B, embed_dim)."""
        x_TD = self._cells(batch)
        real = batch.sides.any(dim=0) if batch.padded else None
        for layer in self.pixel_layers:
            x_TD = layer(x_TD, batch.lengths, real)
        grids_P2D = mean_by_side(x_TD, batch.sides, batch.pair_of_cell, batch.n_pairs)
        grids_P2D = self.grid_norm(grids_P2D) + self.sides
        slots, filled = fill_slots(
            grids_P2D.flatten(1),
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

    def _cells(self, batch: PairBatch) -> Tensor:
        embedded = (
            F.embedding(batch.codes, self.codes)
            + F.embedding(batch.rows, self.rows)
            + F.embedding(batch.columns, self.columns)
        )
        cells: Tensor = self.dropout(embedded)
        return cells
