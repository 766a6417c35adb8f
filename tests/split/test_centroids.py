"""Claims about the centroids."""

from pathlib import Path

import numpy as np
import pytest

from arcsweep.errors import InputError
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.split.centroids import derive_centroids, load_centroids, save_centroids

SIGNATURES = {
    "a": np.array([1, 0, 0], np.float32),
    "b": np.array([0, 1, 0], np.float32),
    "c": np.array([0, 0, 1], np.float32),
    "held out": np.array([9, 9, 9], np.float32),
}


def test_a_centroid_is_the_mean_of_the_training_tasks_and_no_others() -> None:
    centroids = derive_centroids({"a": "S1", "b": "S1", "c": "A2"}, SIGNATURES)
    assert centroids.dtype == np.float32
    assert centroids.shape == (len(CATEGORIES), 3)
    np.testing.assert_array_equal(centroids[CATEGORIES.index("S1")], [0.5, 0.5, 0])
    np.testing.assert_array_equal(centroids[CATEGORIES.index("A2")], [0, 0, 1])


def test_a_category_without_training_tasks_has_a_row_of_zeros() -> None:
    centroids = derive_centroids({"a": "S1"}, SIGNATURES)
    assert not centroids[1:].any()


def test_the_order_of_the_tasks_changes_no_bit() -> None:
    values = {"a": 1e16, "b": 1.0, "c": -1e16}  # a + b + c is not a + c + b
    signatures = {task: np.array([value], np.float32) for task, value in values.items()}
    train = dict.fromkeys(["a", "c", "b"], "S3")
    there = derive_centroids(train, signatures)
    back = derive_centroids(dict.fromkeys(values, "S3"), signatures)
    assert there.tobytes() == back.tobytes()


@pytest.mark.parametrize("train", [{}, {"a": "S1", "unknown": "S2"}])
def test_tasks_without_a_signature_are_refused(train: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"split\.centroids_file"):
        derive_centroids(train, SIGNATURES)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_any_float_matrix_is_read_as_float32(tmp_path: Path, dtype: type) -> None:
    path = tmp_path / "mine.npy"
    np.save(path, np.arange(18).reshape(9, 2).astype(dtype))
    centroids = load_centroids(path)
    assert centroids.dtype == np.float32
    np.testing.assert_array_equal(centroids, np.arange(18).reshape(9, 2))


def test_saved_centroids_come_back_bit_by_bit(tmp_path: Path) -> None:
    centroids = derive_centroids({"a": "S1", "c": "K1"}, SIGNATURES)
    save_centroids(tmp_path / "out" / "centroids.npy", centroids)
    assert load_centroids(tmp_path / "out" / "centroids.npy").tobytes() == centroids.tobytes()


BROKEN = {
    "shape (8, 2)": np.zeros((8, 2)),
    "shape (2, 9)": np.zeros((2, 9)),
    "no columns": np.zeros((9, 0)),
    "flat": np.zeros(9),
    "scalar": np.array(1.0),
    "integers": np.zeros((9, 2), int),
    "complex": np.zeros((9, 2), complex),
    "not a number": np.full((9, 2), np.nan),
    "infinite": np.full((9, 2), np.inf),
    "too large for float32": np.full((9, 2), 1e300),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_matrix_gives_one_line_that_names_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine.npy"
    np.save(path, BROKEN[name])
    with pytest.raises(InputError) as caught:
        load_centroids(path)
    message = str(caught.value)
    assert str(path) in message and "centroids_file" in message and "\n" not in message


def test_a_pickled_array_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "mine.npy"
    np.save(path, np.array([[object()]], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"must be a \.npy array"):
        load_centroids(path)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"0.1, 0.2", b"PK\x03\x04"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.npy"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"must be a \.npy array"):
        load_centroids(path)


def test_an_archive_of_arrays_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, a=np.zeros((9, 2)))
    with pytest.raises(InputError, match="archive"):
        load_centroids(path)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.npy"
    np.save(path, np.ones((9, 64)))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"must be a \.npy array"):
        load_centroids(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.npy is missing"):
        load_centroids(tmp_path / "none.npy")
