"""How close an embedding is to each category's centroid."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn


class SimilarityHead(nn.Module):
    """Similarity of embeddings to a learned linear projection of the fixed centroids.

    centroids: float32 (9, D). They are kept centred and scaled to unit mean square, so that a
        user's matrix of any scale starts training alike; a row of zeros, a category that nothing
        is known of, stays one category among the nine.
    temperature: multiplies the cosine similarity; None takes the dot product over the square root
        of embed_dim instead, which starts at the same scale for every embed_dim.
    """

    centroids: Tensor

    def __init__(
        self, centroids: NDArray[np.float32], embed_dim: int, temperature: float | None
    ) -> None:
        super().__init__()
        self.temperature = temperature
        self.register_buffer("centroids", torch.from_numpy(_standardised(centroids)))
        self.project = nn.Linear(centroids.shape[1], embed_dim)

    def forward(self, embedding_BE: Tensor) -> Tensor:
        """Logits (B, 9) of embeddings (B, embed_dim)."""
        prototypes_KE = self.project(self.centroids)
        if self.temperature is None:
            dot_BK: Tensor = embedding_BE @ prototypes_KE.T / math.sqrt(embedding_BE.shape[1])
            return dot_BK
        cosine_BK = F.normalize(embedding_BE, dim=1) @ F.normalize(prototypes_KE, dim=1).T
        logits_BK: Tensor = cosine_BK * self.temperature
        return logits_BK


def _standardised(centroids: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = centroids.astype(np.float64) - centroids.mean(axis=0, dtype=np.float64)
    scale = np.sqrt(np.mean(centred**2))
    standardised: NDArray[np.float32] = (centred / (scale if scale > 0 else 1.0)).astype(np.float32)
    return standardised
