"""Files that hold what can be made again, shared by processes and checked by their hash.

A cache is one .npy file of uint8: the SHA-256 of its content, then the content.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arcsweep.atomic import atomic_open
from arcsweep.errors import InputError
from arcsweep.npy import load_array
from arcsweep.tasks.lock import file_lock

_DIGEST_SIZE = hashlib.sha256().digest_size


def cached(path: Path, min_size: int, make: Callable[[], bytes]) -> NDArray[np.uint8]:
    """The content of the cache in ``path``, uint8 (n,), memory-mapped and read-only.

    It is made when the cache is missing or damaged; any number of processes may ask, and one of
    them makes it. min_size: bytes that the content has at the least.
    Raises InputError when the cache cannot be written, and what ``make`` raises.
    """
    content = _read(path, min_size)
    if content is not None:
        return content
    try:
        with file_lock(path.with_suffix(".lock")):
            content = _read(path, min_size)  # another process may have made it meanwhile
            if content is None:
                _write(path, make())
                content = _read(path, min_size)
    except OSError as error:
        raise InputError(
            f"{path}: the cache must be writable and readable, got {error.strerror}; make room "
            "or correct the permissions"
        ) from error
    if content is None:
        raise InputError(f"{path}: the cache is damaged right after it was written; check the disk")
    return content


def _write(path: Path, content: bytes) -> None:
    flat = np.frombuffer(hashlib.sha256(content).digest() + content, dtype=np.uint8)
    with atomic_open(path) as stream:
        np.save(stream, flat, allow_pickle=False)


def _read(path: Path, min_size: int) -> NDArray[np.uint8] | None:
    """The content in ``path``, memory-mapped; None when the file is missing or damaged."""
    try:
        flat: Any = load_array(path, mmap_mode="r").view(np.ndarray)
    except (OSError, ValueError):
        return None
    if flat.dtype != np.uint8 or flat.ndim != 1 or len(flat) < _DIGEST_SIZE + min_size:
        return None
    digest, content = flat[:_DIGEST_SIZE], flat[_DIGEST_SIZE:]
    return content if hashlib.sha256(content).digest() == digest.tobytes() else None
