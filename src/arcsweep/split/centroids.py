"""The (9, D) category centroids: what each category's programs look like on average."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from arcsweep.atomic import atomic_open
from arcsweep.errors import InputError
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.npy import load_array

_REMEDY = "write it with numpy.save, or set split.centroids_file to null"


def derive_centroids(
    train: Mapping[str, str], signatures: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Mean signature of each category's training tasks, (9, D) float32 in CATEGORIES' order.

    train: training task → category; tasks of the other side must not be in it.
    signatures: task → (D,) float32 (more tasks than ``train`` names are ignored).
    A category without training tasks has a row of zeros: nothing is known of it.
    Raises InputError when a training task has no signature.
    """
    missing = sorted(set(train) - set(signatures))
    if missing or not train:
        raise InputError(
            f"centroids need the signature of every training task, got none of "
            f"{', '.join(missing[:3]) or 'no training task'}; set split.centroids_file"
        )
    width = len(signatures[next(iter(train))])
    centroids = np.zeros((len(CATEGORIES), width), np.float32)
    for row, category in enumerate(CATEGORIES):
        rows = [signatures[task] for task in sorted(train) if train[task] == category]
        if rows:
            centroids[row] = np.mean(np.stack(rows), axis=0, dtype=np.float64)
    return centroids


def save_centroids(path: Path, centroids: NDArray[np.float32]) -> None:
    """Write the matrix as .npy, atomically."""
    with atomic_open(path) as stream:
        np.save(stream, centroids, allow_pickle=False)


def load_centroids(path: Path) -> NDArray[np.float32]:
    """The (9, D) float32 matrix in ``path``; other float types are converted.

    Raises InputError when the file is missing, no .npy array, of another shape or type, or holds
    a value that is not finite in float32.
    """
    try:
        matrix = load_array(path)
    except FileNotFoundError:
        raise InputError(
            f"{path} is missing; run `arcsweep split`, or mend split.centroids_file"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} must be a .npy array of floats: {error}; {_REMEDY}") from error
    rows = len(CATEGORIES)
    if matrix.ndim != 2 or matrix.shape[0] != rows or matrix.shape[1] < 1:
        raise InputError(
            f"{path} must have the shape ({rows}, D), one row for each of {', '.join(CATEGORIES)}, "
            f"got {matrix.shape}; {_REMEDY}"
        )
    if not np.issubdtype(matrix.dtype, np.floating):
        raise InputError(f"{path} must hold floats, got {matrix.dtype}; {_REMEDY}")
    with np.errstate(over="ignore"):
        centroids = matrix.astype(np.float32)
    if not np.isfinite(centroids).all():
        row, column = np.argwhere(~np.isfinite(centroids))[0]
        raise InputError(
            f"{path} must hold finite float32 values, got {matrix[row, column]} at "
            f"[{row}, {column}]; {_REMEDY}"
        )
    return centroids
