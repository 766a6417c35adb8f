"""Reading .npy and .npz files that may be damaged."""

import tokenize
import zlib
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

_DAMAGE = (
    # What numpy lets through where a header is no header any more.
    *(ValueError, EOFError, BadZipFile, tokenize.TokenError, SyntaxError, TypeError, KeyError),
    *(OverflowError, RecursionError, MemoryError),
)


def load_array(path: Path, mmap_mode: Literal["r"] | None = None) -> NDArray[Any]:
    """The array in ``path``; nothing in it is ever unpickled.

    Raises OSError when it cannot be read, ValueError when it is no .npy file of plain values.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode=mmap_mode, allow_pickle=False)
    except _DAMAGE as error:
        raise ValueError(str(error)[:200] or type(error).__name__) from error
    if not isinstance(array, np.ndarray):
        raise ValueError("an archive of several arrays")
    return array


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of the archive in ``path`` by name; nothing in it is ever unpickled.

    Raises OSError when it cannot be read, ValueError when it is no .npz file of plain values.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (*_DAMAGE, AttributeError, zlib.error) as error:
        raise ValueError(str(error)[:200] or type(error).__name__) from error
