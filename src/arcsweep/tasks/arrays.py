"""The examples of all tasks as a few flat arrays, cached beside the JSON they come from.

A cache is one .npy file of uint8, named by the data's content hash and made of three parts: the
SHA-256 of the other two, the shapes (4 bytes an example), and the cells of all grids.
"""

import hashlib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arcsweep.atomic import atomic_open
from arcsweep.errors import InputError
from arcsweep.npy import load_array
from arcsweep.tasks.arc_json import Example, decode_task, read_content
from arcsweep.tasks.folder import task_file, task_files
from arcsweep.tasks.lock import file_lock
from arcsweep.tasks.manifest import Manifest, hash_content, read_manifest

_DIGEST_SIZE = hashlib.sha256().digest_size
_SHAPE_SIZE = 4  # (height, width) of input and output


@dataclass(frozen=True)
class TaskArrays:
    """All examples of all tasks; examples of one task stand together, tasks are sorted by id.

    task_ids: one id a task.
    first_example: int64 (n_tasks + 1,), task t has examples first_example[t] to first_example[t+1].
    shapes: uint8 (n_examples, 2, 2), [example, 0 input or 1 output] = (height, width) in cells.
    offsets: int64 (n_examples, 2), [example, side] = where the grid starts in cells.
    cells: uint8 (n_cells,), memory-mapped and read-only, each grid row by row.
    content_hash: the manifest's.
    """

    task_ids: tuple[str, ...]
    first_example: NDArray[np.int64]
    shapes: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    cells: NDArray[np.uint8]
    content_hash: str

    def grid(self, example: int, side: int) -> NDArray[np.uint8]:
        """View of a grid, uint8 (height, width); side 0 is the input, 1 the output."""
        height, width = self.shapes[example, side].tolist()
        start = int(self.offsets[example, side])
        return self.cells[start : start + height * width].reshape(height, width)


def load_task_arrays(data_dir: Path, manifest: Path, cache_dir: Path) -> TaskArrays:
    """The arrays of the data that ``manifest`` describes; any number of processes may call it.

    Builds the cache when it is missing or damaged. Raises InputError when the manifest is missing
    or damaged, when the files in ``data_dir`` are not those that it lists, or when the cache cannot
    be written.
    """
    known = read_manifest(manifest)
    _check_files(data_dir, known, manifest)
    path = cache_dir / f"arrays-{known.content_hash}.npy"
    n_examples = sum(entry.examples for entry in known.tasks.values())
    flat = _read_cache(path, n_examples)
    if flat is None:
        try:
            flat = _build_cache(path, n_examples, data_dir, known)
        except OSError as error:
            raise InputError(
                f"{path}: the cache must be writable and readable, got {error.strerror}; make room "
                "or correct the permissions"
            ) from error
    return _task_arrays(flat, n_examples, known)


def _check_files(data_dir: Path, known: Manifest, manifest: Path) -> None:
    """Whoever edits, adds or removes a task's file must not train on what was there before."""
    found = {path.stem for path in task_files(data_dir)}
    changed = sorted(found ^ known.tasks.keys()) or [
        task_id
        for task_id, entry in known.tasks.items()
        if hash_content(read_content(task_file(data_dir, task_id))) != entry.sha256
    ]
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise InputError(
            f"{data_dir}: the task files must be those that {manifest} lists, it differs in "
            f"{', '.join(changed[:3])}{more}; run `arcsweep tasks`"
        )


def _build_cache(path: Path, n_examples: int, data_dir: Path, known: Manifest) -> NDArray[np.uint8]:
    with file_lock(path.with_suffix(".lock")):
        flat = _read_cache(path, n_examples)  # another process may have built it meanwhile
        if flat is None:
            files = (task_file(data_dir, task_id) for task_id in sorted(known.tasks))
            examples = (decode_task(read_content(file), file) for file in files)
            _write_cache(path, list(chain.from_iterable(examples)))
            flat = _read_cache(path, n_examples)
    if flat is None:
        raise InputError(f"{path}: the cache is damaged right after it was written; check the disk")
    return flat


def _write_cache(path: Path, examples: list[Example]) -> None:
    grids = list(chain.from_iterable(examples))
    shapes = bytes(chain.from_iterable((grid.height, grid.width) for grid in grids))
    content = b"".join((shapes, *(grid.cells for grid in grids)))
    flat = np.frombuffer(hashlib.sha256(content).digest() + content, dtype=np.uint8)
    with atomic_open(path) as stream:
        np.save(stream, flat, allow_pickle=False)


def _read_cache(path: Path, n_examples: int) -> NDArray[np.uint8] | None:
    """The cache in ``path``, memory-mapped; None when it is missing or damaged."""
    try:
        flat: Any = load_array(path, mmap_mode="r").view(np.ndarray)
    except (OSError, ValueError):
        return None
    if (
        flat.dtype != np.uint8
        or flat.ndim != 1
        or len(flat) < _DIGEST_SIZE + _SHAPE_SIZE * n_examples
    ):
        return None
    digest, content = flat[:_DIGEST_SIZE], flat[_DIGEST_SIZE:]
    return flat if hashlib.sha256(content).digest() == digest.tobytes() else None


def _task_arrays(flat: NDArray[np.uint8], n_examples: int, known: Manifest) -> TaskArrays:
    task_ids = tuple(sorted(known.tasks))
    counts = [known.tasks[task_id].examples for task_id in task_ids]
    first_cell = _DIGEST_SIZE + _SHAPE_SIZE * n_examples
    shapes = flat[_DIGEST_SIZE:first_cell].reshape(n_examples, 2, 2)
    areas = shapes.astype(np.int64).prod(axis=2).ravel()
    return TaskArrays(
        task_ids=task_ids,
        first_example=np.concatenate(([0], np.cumsum(counts, dtype=np.int64))),
        shapes=shapes,
        offsets=(np.cumsum(areas) - areas).reshape(n_examples, 2),
        cells=flat[first_cell:],
        content_hash=known.content_hash,
    )
