"""Transformer layers over sequences of unequal length, without padding on a CPU.

Sequences stand one after the other in one matrix, so that all but the attention itself is computed
once for all and for no padding.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from arcsweep.encoders.dropout import Dropout
from arcsweep.encoders.linear import apply_linear

FEEDFORWARD_MULT = 2
"""Hidden width of a layer's MLP over its width; 313 training tasks do not feed a wider one."""


class TransformerLayer(nn.Module):
    """Pre-norm self-attention and MLP (Xiong et al. 2020, arXiv:2002.04745), each residual.

    dropout: share of both branches' outputs that is zeroed in training.
    """

    def __init__(self, width: int, n_heads: int, dropout: float) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.attention_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp_in = nn.Linear(width, FEEDFORWARD_MULT * width)
        self.mlp_out = nn.Linear(FEEDFORWARD_MULT * width, width)
        self.dropout = Dropout(dropout)

    def forward(self, x_TD: Tensor, lengths: tuple[int, ...], real: Tensor | None) -> Tensor:
        """(T, D) → (T, D), T = sum(lengths); keys where bool (T,) ``real`` is false are unseen."""
        qkv = apply_linear(self.qkv, self.attention_norm(x_TD))
        h_TD = attend(qkv, self.n_heads, lengths, real)
        x_TD = x_TD + self.dropout(apply_linear(self.attention_out, h_TD))
        h_TD = F.gelu(apply_linear(self.mlp_in, self.mlp_norm(x_TD)))
        y_TD: Tensor = x_TD + self.dropout(apply_linear(self.mlp_out, h_TD))
        return y_TD


def attend(qkv: Tensor, n_heads: int, lengths: tuple[int, ...], real: Tensor | None) -> Tensor:
    """Attention within each of P sequences, (T, 3 D) → (T, D).

    qkv: queries, keys and values side by side. lengths: P numbers that sum to T.
    real: bool (T,), keys to see; None for all.
    """
    if qkv.is_cuda:
        if len(set(lengths)) == 1:
            return _attend_equal(qkv, n_heads, lengths[0], real)
        return _attend_padded(qkv, n_heads, lengths, real)
    # In float32 whatever the products are in: PyTorch's attention on a CPU, forward and backward,
    # takes two to five times as long in bfloat16, measured on a Xeon with AMX.
    with torch.autocast(qkv.device.type, enabled=False):
        return _attend_one_by_one(qkv.float(), n_heads, lengths, real)


def _attend_one_by_one(
    qkv: Tensor, n_heads: int, lengths: tuple[int, ...], real: Tensor | None
) -> Tensor:
    """No padding is computed: one attention for each sequence, or for all of one length."""
    if len(set(lengths)) == 1:
        return _attend_equal(qkv, n_heads, lengths[0], real)
    parts = torch.split(qkv, list(lengths))
    reals = [None] * len(parts) if real is None else torch.split(real, list(lengths))
    return torch.cat(
        [
            _attend_equal(part, n_heads, len(part), seen)
            for part, seen in zip(parts, reals, strict=True)
        ]
    )


def _attend_equal(qkv: Tensor, n_heads: int, length: int, real: Tensor | None) -> Tensor:
    """Attention within sequences of one length, (P * length, 3 D) → (P * length, D)."""
    query, key, value = qkv.view(-1, length, 3, n_heads, qkv.shape[1] // (3 * n_heads)).permute(
        2, 0, 3, 1, 4
    )
    mask = None if real is None else real.view(-1, 1, 1, length)
    h_PHLd = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return h_PHLd.transpose(1, 2).reshape(qkv.shape[0], -1)


def _attend_padded(
    qkv: Tensor, n_heads: int, lengths: tuple[int, ...], real: Tensor | None
) -> Tensor:
    """One attention for all sequences, padded to the longest: few launches matter on a GPU."""
    longest = max(lengths)
    of_length = torch.tensor(lengths, device="cpu")
    within = torch.arange(len(qkv)) - torch.repeat_interleave(
        of_length.cumsum(0) - of_length, of_length
    )
    index = torch.repeat_interleave(torch.arange(len(lengths)), of_length) * longest + within
    index = index.to(qkv.device)
    seen = torch.zeros(len(lengths) * longest, dtype=torch.bool, device=qkv.device)
    seen[index] = True if real is None else real
    padded = qkv.new_zeros(len(lengths) * longest, qkv.shape[1]).index_copy(0, index, qkv)
    return _attend_equal(padded, n_heads, longest, seen).index_select(0, index)
