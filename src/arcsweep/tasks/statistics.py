"""Simple statistics of an example's two grids, and those of all examples, cached."""

import logging
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from arcsweep.tasks.arrays import TaskArrays
from arcsweep.tasks.cache import cached

logger = logging.getLogger(__name__)

Grid = NDArray[np.uint8]

VERSION = 1
"""Raise this when a statistic changes; part of the cache's name."""

N_COLOURS = 10
_FOUR = ndimage.generate_binary_structure(2, 1)
_EIGHT = ndimage.generate_binary_structure(2, 2)


def all_statistics(arrays: TaskArrays) -> NDArray[np.float32]:
    """pair_statistics of every example, float32 (n_examples, N_STATISTICS), memory-mapped.

    Made on the first call, which takes about a millisecond an example; any number of processes may
    call it. Raises InputError when the cache cannot be written.
    """
    n_examples = len(arrays.shapes)

    def make() -> bytes:
        logger.info("taking the statistics of %d examples' grids", n_examples)
        rows = [
            statistics_row(arrays.grid(example, 0), arrays.grid(example, 1))
            for example in range(n_examples)
        ]
        return np.stack(rows).tobytes()

    path = arrays.cache_dir / f"statistics-{VERSION}-{arrays.content_hash}.npy"
    flat = cached(path, n_examples * N_STATISTICS * np.dtype(np.float32).itemsize, make)
    return flat.view(np.float32).reshape(n_examples, N_STATISTICS)


def statistics_row(before: Grid, after: Grid) -> NDArray[np.float32]:
    """The values of pair_statistics, float32 (N_STATISTICS,)."""
    return np.array(list(pair_statistics(before, after).values()), np.float32)


def pair_statistics(before: Grid, after: Grid) -> Mapping[str, float]:
    """Statistics of one pair: sizes, colours, components, changed cells and symmetries.

    Permuting the colours of both grids changes them only where two colours are equally common: the
    background is then the one with the lower number.
    """
    return {
        **_sizes(before, after),
        **_colours(before, after),
        **_components(before, after),
        **_changes(before, after),
        **_copies(before, after),
        **{f"input_{name}": value for name, value in _symmetries(before).items()},
        **{f"output_{name}": value for name, value in _symmetries(after).items()},
    }


def _sizes(before: Grid, after: Grid) -> dict[str, float]:
    (height, width), (new_height, new_width) = before.shape, after.shape
    return {
        "input_height": height,
        "input_width": width,
        "output_height": new_height,
        "output_width": new_width,
        "height_ratio": new_height / height,
        "width_ratio": new_width / width,
        "area_ratio": after.size / before.size,
        "same_size": float(before.shape == after.shape),
        "transposed_size": float(before.shape == after.shape[::-1]),
    }


def _colours(before: Grid, after: Grid) -> dict[str, float]:
    counts, new_counts = (np.bincount(g.ravel(), minlength=N_COLOURS) for g in (before, after))
    there, new_there = counts > 0, new_counts > 0
    return {
        "input_colours": int(there.sum()),
        "output_colours": int(new_there.sum()),
        "colours_added": int((new_there & ~there).sum()),
        "colours_removed": int((there & ~new_there).sum()),
        "input_background": counts.max() / before.size,
        "output_background": new_counts.max() / after.size,
        "same_background": float(counts.argmax() == new_counts.argmax()),
        "same_counts": float(np.array_equal(counts, new_counts)),
    }


def _components(before: Grid, after: Grid) -> dict[str, float]:
    found: dict[str, float] = {}
    for side, grid in (("input", before), ("output", after)):
        background = np.bincount(grid.ravel()).argmax()
        shapes, n_shapes = ndimage.label(grid != background, structure=_EIGHT)
        sizes = np.bincount(shapes.ravel())[1:]
        found[f"{side}_components"] = sum(
            ndimage.label(grid == colour, structure=_FOUR)[1] for colour in np.unique(grid)
        )
        found[f"{side}_shapes"] = n_shapes
        found[f"{side}_largest_shape"] = float(sizes.max() / grid.size) if n_shapes else 0.0
    found["components_ratio"] = found["output_components"] / found["input_components"]
    return found


def _changes(before: Grid, after: Grid) -> dict[str, float]:
    """Of the cells that both grids have, counted from the upper left corner."""
    height, width = (min(sides) for sides in zip(before.shape, after.shape, strict=True))
    old, new = before[:height, :width], after[:height, :width]
    changed = old != new
    on_background = old == np.bincount(before.ravel()).argmax()
    n_changed = int(changed.sum())
    _, n_patches = ndimage.label(changed, structure=_EIGHT)
    return {
        "changed": n_changed / changed.size,
        "changed_patches": n_patches,
        "changed_from_background": float((changed & on_background).sum() / max(1, n_changed)),
        "new_colours_of_changed": len(np.unique(new[changed])),
    }


def _copies(before: Grid, after: Grid) -> dict[str, float]:
    """Whether the output is the input moved, repeated, enlarged, or a part of it."""
    moved = [np.rot90(m, turns) for m in (before, before.T) for turns in range(4)]
    (height, width), (new_height, new_width) = before.shape, after.shape
    whole = new_height % height == 0 and new_width % width == 0
    times = (new_height // height, new_width // width)
    return {
        "is_moved": float(any(np.array_equal(m, after) for m in moved)),
        "is_tiled": float(whole and np.array_equal(np.tile(before, times), after)),
        "is_enlarged": float(whole and np.array_equal(np.kron(before, np.ones(times)), after)),
        "is_part": float(_contains(before, after)),
        "holds_input": float(_contains(after, before)),
    }


def _contains(whole: Grid, part: Grid) -> bool:
    if part.shape[0] > whole.shape[0] or part.shape[1] > whole.shape[1]:
        return False
    windows = np.lib.stride_tricks.sliding_window_view(whole, part.shape)
    return bool((windows == part).all(axis=(2, 3)).any())


def _symmetries(grid: Grid) -> dict[str, float]:
    return {
        "mirrored_left_right": float(np.mean(grid == grid[:, ::-1])),
        "mirrored_up_down": float(np.mean(grid == grid[::-1])),
        "half_turn": float(np.mean(grid == grid[::-1, ::-1])),
        "transposed": float(np.mean(grid == grid.T)) if grid.shape[0] == grid.shape[1] else 0.0,
    }


N_STATISTICS = len(pair_statistics(np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8)))
