"""Both encoders computed over padded 30×30 canvases, with the fast path's own weights.

Each class takes an encoder apart and uses its layers; what it replaces is how they are applied.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from arcsweep.encoders.attention import TransformerLayer
from arcsweep.encoders.cnn import DEMO_SLOTS, TaskEncoderCNN
from arcsweep.encoders.context import TaskEncoderAdvanced
from arcsweep.encoders.model import TaskClassifier
from arcsweep.encoders.pairs import NO_CELL


class PlainClassifier(nn.Module):
    """Logits (B, 9) of grids int64 (B, N, 2, 30, 30)."""

    def __init__(self, model: TaskClassifier) -> None:
        super().__init__()
        cnn = isinstance(model.encoder, TaskEncoderCNN)
        self.encoder = PlainCNN(model.encoder) if cnn else PlainContext(model.encoder)
        self.head = model.head

    def forward(self, grids: Tensor) -> Tensor:
        logits: Tensor = self.head(self.encoder(grids))
        return logits


class PlainCNN(nn.Module):
    """TaskEncoderCNN on images (P, C, H, W); cells that no grid reaches are masked to zero."""

    def __init__(self, encoder: TaskEncoderCNN) -> None:
        super().__init__()
        self.layers = encoder

    def forward(self, grids: Tensor) -> Tensor:
        layers, (n_tasks, n_demos) = self.layers, grids.shape[:2]
        grids = grids.flatten(0, 1)
        weights = (grids != NO_CELL).float()  # (P, 2, H, W): cells of each side
        x = F.embedding(grids[:, 0] * 11 + grids[:, 1], layers.codes)
        if layers.coordinates is not None:
            x = x + layers.coordinates(_coordinates(weights))
        x = x.permute(0, 3, 1, 2).contiguous()
        for resolution, stage in enumerate(layers.stages):
            if resolution:
                x, weights = _merge(layers.merges[resolution - 1], x, weights)
            for block in stage:
                x = x + block.conv(_normalised(block.norm, x, weights))
        x = F.relu(_layer_norm(layers.cell_norm, x))
        pairs = layers.pair_norm(_mean_by_side(x.flatten(2), weights).flatten(1))
        filled = (weights.amax(dim=(1, 2, 3)) > 0).float().view(n_tasks, n_demos, 1)
        pairs = pairs.view(n_tasks, n_demos, -1) * filled
        if not layers.flatten:
            return self._mlp(pairs.sum(dim=1) / filled.sum(dim=1))
        if n_demos > DEMO_SLOTS:
            raise ValueError(f"the plain path flattens up to {DEMO_SLOTS} pairs, got {n_demos}")
        return self._mlp(F.pad(pairs, (0, 0, 0, DEMO_SLOTS - n_demos)).flatten(1))

    def _mlp(self, x: Tensor) -> Tensor:
        embedding: Tensor = self.layers.embed(F.gelu(self.layers.hidden(x)))
        return embedding


class PlainContext(nn.Module):
    """TaskEncoderAdvanced on 900 tokens a pair; attention does not see the padded ones."""

    def __init__(self, encoder: TaskEncoderAdvanced) -> None:
        super().__init__()
        self.layers = encoder

    def forward(self, grids: Tensor) -> Tensor:
        layers, (n_tasks, n_demos) = self.layers, grids.shape[:2]
        grids = grids.flatten(0, 1)
        weights = (grids != NO_CELL).float()
        codes = F.embedding(grids[:, 0] * 11 + grids[:, 1], layers.codes)
        x = codes + layers.rows[:, None] + layers.columns
        x = layers.dropout(x).flatten(1, 2)  # (P, 900, D)
        real = weights.amax(dim=1).flatten(1) > 0
        for layer in layers.pixel_layers:
            x = _attend(layer, x, real)
        pairs = _mean_by_side(x.transpose(1, 2), weights)
        pairs = layers.grid_norm(pairs) + layers.sides
        there = real.any(dim=1).view(n_tasks, n_demos).repeat_interleave(2, dim=1)
        y = pairs.view(n_tasks, 2 * n_demos, -1)
        for layer in layers.grid_layers:
            y = _attend(layer, y, there)
        y = layers.task_norm(y) * there[..., None]
        embedding: Tensor = layers.embed(y.sum(dim=1) / there.sum(dim=1, keepdim=True))
        return embedding


def _attend(layer: TransformerLayer, x: Tensor, real: Tensor) -> Tensor:
    """One pre-norm layer over (P, L, D), keys where bool (P, L) ``real`` is false unseen."""
    shape = (*x.shape[:2], 3, layer.n_heads, -1)
    query, key, value = layer.qkv(layer.attention_norm(x)).view(shape).permute(2, 0, 3, 1, 4)
    seen = real[:, None, None, :] | ~real.any(dim=1)[:, None, None, None]  # no row without a key
    h = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
    x = x + layer.dropout(layer.attention_out(h.transpose(1, 2).reshape(x.shape)))
    h = layer.mlp_out(F.gelu(layer.mlp_in(layer.mlp_norm(x))))
    out: Tensor = x + layer.dropout(h)
    return out


def _coordinates(weights: Tensor) -> Tensor:
    """(P, 30, 30, 4): row and column over 29 and over the canvas's extent."""
    reached = weights.amax(dim=1)
    extents = reached.amax(dim=2).sum(dim=1), reached.amax(dim=1).sum(dim=1)
    along = torch.arange(reached.shape[1], dtype=torch.float32)
    grid = torch.stack(torch.meshgrid(along, along, indexing="ij"), dim=-1).expand(
        *reached.shape, 2
    )
    shares = (grid + 0.5) / torch.stack(extents, dim=-1).clamp(min=1)[:, None, None, :]
    return torch.cat([grid / 29.0, shares], dim=-1)


def _layer_norm(norm: nn.LayerNorm, x: Tensor) -> Tensor:
    """LayerNorm over the channels of each cell of (P, C, H, W)."""
    centred = x - x.mean(dim=1, keepdim=True)
    scaled = centred / (centred.square().mean(dim=1, keepdim=True) + norm.eps).sqrt()
    return scaled * norm.weight[:, None, None] + norm.bias[:, None, None]


def _normalised(norm: nn.LayerNorm, x: Tensor, weights: Tensor) -> Tensor:
    """relu(norm(x)), zero where no grid has a cell."""
    return F.relu(_layer_norm(norm, x)) * (weights.amax(dim=1, keepdim=True) > 0)


def _merge(merge: nn.Module, x: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Each 2×2 square's channels side by side through one linear map; weights are summed."""
    odd = x.shape[2] % 2
    h = F.pad(_normalised(merge.norm, x, weights), (0, odd, 0, odd))
    weights = F.pad(weights, (0, odd, 0, odd))
    n, channels, height, width = h.shape
    squares = h.view(n, channels, height // 2, 2, width // 2, 2).permute(0, 2, 4, 3, 5, 1)
    merged = merge.linear(squares.reshape(n, height // 2, width // 2, 4 * channels))
    return merged.permute(0, 3, 1, 2).contiguous(), F.avg_pool2d(weights, 2) * 4


def _mean_by_side(x: Tensor, weights: Tensor) -> Tensor:
    """(P, 2, C) means of (P, C, H·W) over the input's and the output's cells."""
    weights = weights.flatten(2)
    sums = weights @ x.transpose(1, 2)
    return sums / weights.sum(dim=2).clamp(min=1)[..., None]
