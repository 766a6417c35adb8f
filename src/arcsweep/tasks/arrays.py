"""The examples of all tasks as a few flat arrays, cached beside the JSON they come from.

The cache's content, named by the data's content hash, is the shapes (4 bytes an example), then the
cells of all grids.
"""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from arcsweep.errors import InputError
from arcsweep.tasks.arc_json import decode_task, read_content
from arcsweep.tasks.cache import cached
from arcsweep.tasks.folder import task_file, task_files
from arcsweep.tasks.manifest import Manifest, hash_content, read_manifest

_SHAPE_SIZE = 4  # (height, width) of input and output


@dataclass(frozen=True)
class TaskArrays:
    """All examples of all tasks; examples of one task stand together, tasks are sorted by id.

    task_ids: one id a task.
    first_example: int64 (n_tasks + 1,), task t has examples first_example[t] to first_example[t+1].
    shapes: uint8 (n_examples, 2, 2), [example, 0 input or 1 output] = (height, width) in cells.
    offsets: int64 (n_examples, 2), [example, side] = where the grid starts in cells.
    cells: uint8 (n_cells,), memory-mapped and read-only, each grid row by row.
    content_hash: the manifest's. cache_dir: where what is made of the examples is kept.
    """

    task_ids: tuple[str, ...]
    first_example: NDArray[np.int64]
    shapes: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    cells: NDArray[np.uint8]
    content_hash: str
    cache_dir: Path

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
    n_examples = sum(entry.examples for entry in known.tasks.values())
    flat = cached(
        cache_dir / f"arrays-{known.content_hash}.npy",
        n_examples * _SHAPE_SIZE,
        lambda: _content(data_dir, known),
    )
    return _task_arrays(flat, n_examples, known, cache_dir)


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


def _content(data_dir: Path, known: Manifest) -> bytes:
    files = (task_file(data_dir, task_id) for task_id in sorted(known.tasks))
    examples = (decode_task(read_content(file), file) for file in files)
    grids = list(chain.from_iterable(chain.from_iterable(examples)))
    shapes = bytes(chain.from_iterable((grid.height, grid.width) for grid in grids))
    return b"".join((shapes, *(grid.cells for grid in grids)))


def _task_arrays(
    flat: NDArray[np.uint8], n_examples: int, known: Manifest, cache_dir: Path
) -> TaskArrays:
    task_ids = tuple(sorted(known.tasks))
    counts = [known.tasks[task_id].examples for task_id in task_ids]
    first_cell = _SHAPE_SIZE * n_examples
    shapes = flat[:first_cell].reshape(n_examples, 2, 2)
    areas = shapes.astype(np.int64).prod(axis=2).ravel()
    return TaskArrays(
        task_ids=task_ids,
        first_example=np.concatenate(([0], np.cumsum(counts, dtype=np.int64))),
        shapes=shapes,
        offsets=(np.cumsum(areas) - areas).reshape(n_examples, 2),
        cells=flat[first_cell:],
        content_hash=known.content_hash,
        cache_dir=cache_dir,
    )
