"""Similarity of embeddings to projected centroids."""

import numpy as np
import torch

from arcsweep.encoders.similarity import SimilarityHead

from .grids import CENTROIDS


def head(temperature: float | None, centroids: np.ndarray = CENTROIDS) -> SimilarityHead:
    torch.manual_seed(0)
    return SimilarityHead(centroids, 16, temperature)


EMBEDDINGS = torch.randn(4, 16, generator=torch.Generator().manual_seed(1))


def test_cosine_ignores_length_and_grows_with_temperature() -> None:
    logits = head(5.0)(EMBEDDINGS)
    assert logits.abs().max() <= 5.0
    torch.testing.assert_close(head(5.0)(3.0 * EMBEDDINGS), logits)
    torch.testing.assert_close(head(20.0)(EMBEDDINGS), 4.0 * logits)


def test_the_dot_product_grows_with_length() -> None:
    logits = head(None)(EMBEDDINGS)
    torch.testing.assert_close(head(None)(3.0 * EMBEDDINGS), 3.0 * logits)


def test_all_nine_categories_are_outputs_without_knowing_all() -> None:
    unknown = CENTROIDS.copy()
    unknown[[2, 5]] = 0.0
    for centroids in (unknown, np.zeros_like(CENTROIDS)):
        logits = head(10.0, centroids)(EMBEDDINGS)
        assert logits.shape == (4, 9)
        assert logits.isfinite().all()


def test_the_scale_and_origin_of_a_users_centroids_do_not_matter() -> None:
    shifted = (CENTROIDS * 1000 + 50).astype(np.float32)
    torch.testing.assert_close(
        head(None, shifted)(EMBEDDINGS), head(None)(EMBEDDINGS), rtol=1e-3, atol=1e-4
    )


def test_centroids_are_fixed_and_their_projection_is_learned() -> None:
    names = {name for name, _ in head(None).named_parameters()}
    assert names == {"project.weight", "project.bias"}
