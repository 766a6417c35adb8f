"""The statistics of all examples: in their order, made once, and made again when damaged."""

from pathlib import Path

import numpy as np
import pytest

from arcsweep.tasks import statistics
from arcsweep.tasks.arrays import TaskArrays
from arcsweep.tasks.statistics import N_STATISTICS, all_statistics, statistics_row


def arrays(folder: Path) -> TaskArrays:
    rng = np.random.default_rng(0)
    shapes = rng.integers(1, 9, (6, 2, 2)).astype(np.uint8)
    areas = shapes.astype(np.int64).prod(axis=2).ravel()
    cells = rng.integers(0, 10, areas.sum()).astype(np.uint8)
    offsets = (np.cumsum(areas) - areas).reshape(-1, 2)
    return TaskArrays(("a", "b"), np.array([0, 4, 6]), shapes, offsets, cells, "hash", folder)


def test_each_row_is_its_examples(tmp_path: Path) -> None:
    made = arrays(tmp_path)
    found = all_statistics(made)
    assert found.shape == (6, N_STATISTICS) and found.dtype == np.float32
    for example in range(6):
        row = statistics_row(made.grid(example, 0), made.grid(example, 1))
        assert np.array_equal(found[example], row)


def test_they_are_made_once_and_again_after_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = np.array(all_statistics(arrays(tmp_path)))
    asked: list[int] = []

    def counted(before: statistics.Grid, after: statistics.Grid) -> np.ndarray:
        asked.append(1)
        return statistics_row(before, after)

    monkeypatch.setattr(statistics, "statistics_row", counted)
    assert np.array_equal(all_statistics(arrays(tmp_path)), first) and not asked
    (cache,) = tmp_path.glob("statistics-*.npy")
    content = bytearray(cache.read_bytes())
    content[-1] ^= 1
    cache.write_bytes(content)
    assert np.array_equal(all_statistics(arrays(tmp_path)), first) and len(asked) == 6
