"""Many dimensions drawn in two, and how much of the neighbourhoods that keeps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NEIGHBOURS = 10
"""Nearest tasks by which a map is judged."""

SEED = 0
MIN_TASKS = 12
"""With fewer points t-SNE has no neighbourhoods to keep."""


@dataclass(frozen=True, eq=False)
class Projection:
    """places: float64 (n, 2), each axis from 0 to 1 at most, one unit of length for both.

    method: how it was made. kept: mean share of a task's NEIGHBOURS nearest (by cosine) that are
    among its nearest on the map; None where there are too few tasks to say.
    """

    places: FloatArray
    method: str
    kept: float | None


def project(vectors: FloatArray) -> Projection:
    """The map of ``vectors`` (n, D); equal vectors and version of scikit-learn, equal map.

    t-SNE: van der Maaten & Hinton (2008), J. Mach. Learn. Res. 9, 2579-2605.
    """
    from sklearn.manifold import TSNE

    unit = unit_length(vectors)
    if len(unit) < MIN_TASKS or np.allclose(unit, unit[0]):
        return Projection(_scaled(_principal(unit)), "principal components", None)
    perplexity = min(30.0, (len(unit) - 1) / 4)
    # On unit vectors Euclidean distance orders pairs as cosine does.
    places = TSNE(perplexity=perplexity, init=_start(unit), random_state=SEED).fit_transform(unit)
    method = f"t-SNE, perplexity {perplexity:g}, seed {SEED}"
    found = _scaled(places.astype(np.float64))
    return Projection(found, method, neighbours_kept(unit, found))


def unit_length(vectors: FloatArray) -> FloatArray:
    """Rows divided by their length; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatArray = np.zeros_like(vectors, dtype=np.float64)
    np.divide(vectors, lengths, out=unit, where=lengths > 0)
    return unit


def neighbours_kept(vectors: FloatArray, places: FloatArray) -> float | None:
    """Mean share of each row's nearest that are nearest among ``places`` too."""
    n = min(NEIGHBOURS, len(vectors) - 1)
    if n < 1 or len(vectors) <= 2 * n:
        return None
    pairs = zip(_nearest(vectors, n), _nearest(places, n), strict=True)
    return float(np.mean([len(np.intersect1d(a, b)) / n for a, b in pairs]))


def _nearest(points: FloatArray, n: int) -> NDArray[np.int64]:
    squares = (points**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :n]


def _principal(vectors: FloatArray) -> FloatArray:
    """The two directions of most variance, float64 (n, 2)."""
    centred = vectors - vectors.mean(axis=0)
    left, sizes, right = np.linalg.svd(centred, full_matrices=False)
    # A component's sign is arbitrary: fix it, or equal data could give mirrored maps.
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    found = np.zeros((len(vectors), 2))
    n = min(2, len(sizes))
    found[:, :n] = (left * sizes * signs)[:, :n]
    return found


def _start(unit: FloatArray) -> FloatArray:
    """Principal components, as narrow as t-SNE wants to begin."""
    places = _principal(unit)
    narrow: FloatArray = places / max(float(places[:, 0].std()), 1e-12) * 1e-4
    return narrow


def _scaled(places: FloatArray) -> FloatArray:
    moved = places - places.min(axis=0)
    scaled: FloatArray = moved / max(float(moved.max()), 1e-12)
    return scaled
