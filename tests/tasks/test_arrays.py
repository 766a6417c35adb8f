"""The arrays hold what the files hold, whoever builds them and whatever befell the cache."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from arcsweep.errors import InputError
from arcsweep.tasks.arrays import TaskArrays, load_task_arrays
from arcsweep.tasks.files import survey_files
from arcsweep.tasks.manifest import read_manifest, write_manifest

from .conftest import SMALL


@pytest.fixture
def manifest(data_dir: Path, tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    write_manifest(path, survey_files(data_dir))
    return path


@pytest.fixture
def cache_dir(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def arrays(data_dir: Path, manifest: Path, cache_dir: Path) -> TaskArrays:
    return load_task_arrays(data_dir, manifest, cache_dir)


def cache_of(cache_dir: Path) -> Path:
    (path,) = cache_dir.glob("*.npy")
    return path


def test_every_grid_is_what_the_file_holds(arrays: TaskArrays) -> None:
    expected = [
        [SMALL, [[5]]],
        [[[1] * 30] * 30, SMALL],
        [[[6]], [[8], [8]]],
        [[[9]], [[7, 7, 7]]],
    ]
    assert arrays.task_ids == ("aaaa0001", "bbbb0002")
    assert arrays.first_example.tolist() == [0, 3, 4]
    for example, sides in enumerate(expected):
        for side, rows in enumerate(sides):
            assert arrays.grid(example, side).tolist() == rows
            assert arrays.shapes[example, side].tolist() == [len(rows), len(rows[0])]
    assert len(arrays.cells) == sum(len(r) * len(r[0]) for sides in expected for r in sides)


def test_arrays_have_the_promised_types(arrays: TaskArrays, manifest: Path) -> None:
    assert arrays.cells.dtype == arrays.shapes.dtype == np.dtype(np.uint8)
    assert arrays.offsets.dtype == arrays.first_example.dtype == np.dtype(np.int64)
    assert arrays.shapes.shape == (4, 2, 2)
    assert arrays.offsets.shape == (4, 2)
    assert arrays.content_hash == read_manifest(manifest).content_hash


def test_cells_are_read_only(arrays: TaskArrays) -> None:
    with pytest.raises(ValueError, match="read-only"):
        arrays.grid(0, 0)[0, 0] = 3


def test_cache_is_named_by_content_and_used_again(
    data_dir: Path, manifest: Path, cache_dir: Path, arrays: TaskArrays
) -> None:
    cache = cache_of(cache_dir)
    assert arrays.content_hash in cache.name
    before = cache.stat()
    again = load_task_arrays(data_dir, manifest, cache_dir)
    assert cache.stat().st_ino == before.st_ino
    assert np.array_equal(again.cells, arrays.cells)


@pytest.mark.parametrize("damage", ["empty", "truncated", "one cell", "other type", "no array"])
def test_damaged_cache_is_built_anew(
    data_dir: Path, manifest: Path, cache_dir: Path, arrays: TaskArrays, damage: str
) -> None:
    cache = cache_of(cache_dir)
    expected = [arrays.grid(example, side).tolist() for example in range(4) for side in (0, 1)]
    content = bytearray(cache.read_bytes())
    cache.unlink()  # the arrays above still map the old file
    content[-1] ^= 1
    if damage == "other type":
        np.save(cache, np.zeros(500, dtype=np.int64))
    else:
        damaged: dict[str, bytes] = {
            "empty": b"",
            "truncated": bytes(content[:200]),
            "one cell": bytes(content),
            "no array": b"\x80\x04K\x01.",
        }
        cache.write_bytes(damaged[damage])
    again = load_task_arrays(data_dir, manifest, cache_dir)
    assert [again.grid(e, side).tolist() for e in range(4) for side in (0, 1)] == expected


@pytest.mark.parametrize("change", ["edit", "remove", "add"])
def test_files_that_differ_from_the_manifest_are_refused(
    data_dir: Path, manifest: Path, cache_dir: Path, arrays: TaskArrays, change: str
) -> None:
    path = data_dir / "bbbb0002.json"
    if change == "edit":
        task = json.loads(path.read_text())
        task["train"][0]["input"] = [[8]]
        path.write_text(json.dumps(task))
    elif change == "remove":
        path.unlink()
    else:
        path = path.rename(data_dir / "cccc0003.json")
        (data_dir / "bbbb0002.json").write_bytes(path.read_bytes())
    with pytest.raises(InputError) as caught:
        load_task_arrays(data_dir, manifest, cache_dir)
    assert f"it differs in {path.stem}; run `arcsweep tasks`" in str(caught.value)


def test_missing_manifest_and_folder_are_refused(
    data_dir: Path, manifest: Path, cache_dir: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="manifest is missing"):
        load_task_arrays(data_dir, tmp_path / "none.json", cache_dir)
    with pytest.raises(InputError, match=r"tasks\.data_dir must be a folder"):
        load_task_arrays(tmp_path / "none", manifest, cache_dir)


def test_cache_folder_that_cannot_be_written_is_named(
    data_dir: Path, manifest: Path, cache_dir: Path
) -> None:
    cache_dir.write_text("a file where the folder belongs")
    with pytest.raises(InputError, match=r"cache/arrays-.*the cache must be writable"):
        load_task_arrays(data_dir, manifest, cache_dir)


LOAD = """
import sys
from pathlib import Path
from arcsweep.tasks.arrays import load_task_arrays
print("ready", flush=True)
sys.stdin.readline()
print(load_task_arrays(*map(Path, sys.argv[1:])).cells.sum())
"""


def test_processes_that_build_at_once_get_the_same_arrays(
    data_dir: Path, manifest: Path, cache_dir: Path
) -> None:
    command = [sys.executable, "-c", LOAD, str(data_dir), str(manifest), str(cache_dir)]
    builders = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for builder in builders:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "ready\n"
    for builder in builders:
        assert builder.stdin is not None
        builder.stdin.write("go\n")
        builder.stdin.flush()
    outputs = [builder.communicate(timeout=60)[0] for builder in builders]
    expected = load_task_arrays(data_dir, manifest, cache_dir).cells.sum()
    assert outputs == [f"{expected}\n"] * 4
    assert not list(cache_dir.glob("*.tmp"))
