"""Claims about `arcsweep split`."""

from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from arcsweep.cli.split import split
from arcsweep.errors import InputError
from arcsweep.labels.derive import derive_labels
from arcsweep.labels.record import Labels, write_labels
from arcsweep.split.centroids import derive_centroids, load_centroids
from arcsweep.split.signature import DIMENSION, signatures
from arcsweep.split.split import load_split

CONFIG = Path(__file__).parents[2] / "config.yaml"
OUTPUTS = Path("outputs/visual_classifier")
CENTROIDS = OUTPUTS / "category_centroids_v3.npy"
TURNED = ["1caeab9d", "25ff71a9", "3c9b0459", "67a3c6ac", "a79310a0", "ed36ccf7"]
SCALED = ["9172f3a0", "ac0a08a4", "c59eb873", "d10ecb37"]


def run(*arguments: str) -> str:
    """What the verb prints; errors come through."""
    app = typer.Typer()
    app.command()(split)
    result = CliRunner().invoke(app, ["--config", str(CONFIG), *arguments])
    if result.exception:
        raise result.exception
    return result.output


@pytest.fixture(autouse=True)
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with the labels of ten tasks."""
    monkeypatch.chdir(tmp_path)
    write_labels(OUTPUTS / "labels.json", derive_labels(TURNED + SCALED))


def overlay(matrix: np.ndarray) -> Path:
    np.save("mine.npy", matrix)
    Path("overlay.yaml").write_text("split: {centroids_file: mine.npy}\n")
    return Path("overlay.yaml")


def test_split_and_centroids_are_written() -> None:
    output = run()
    found = load_split(OUTPUTS / "split.json")
    assert (len(found.train), len(found.validation)) == (9, 1)
    assert found.train_only_categories == ("K1",) and "only trains" in output
    assert load_centroids(CENTROIDS).shape == (9, DIMENSION)


def test_centroids_come_from_the_training_tasks_alone() -> None:
    run()
    train = load_split(OUTPUTS / "split.json").train
    expected = derive_centroids(train, signatures(train))
    assert load_centroids(CENTROIDS).tobytes() == expected.tobytes()


def test_the_users_matrix_takes_the_place_of_the_derived_one() -> None:
    matrix = np.random.default_rng(0).random((9, 7))
    run("--config", str(overlay(matrix)))
    np.testing.assert_array_equal(load_centroids(CENTROIDS), matrix.astype(np.float32))


def test_a_matrix_of_the_wrong_shape_leaves_no_file() -> None:
    with pytest.raises(InputError, match=r"shape \(9, D\).*got \(8, 7\)"):
        run("--config", str(overlay(np.zeros((8, 7)))))
    assert not CENTROIDS.exists() and not (OUTPUTS / "split.json").exists()


def test_tasks_without_programs_ask_for_the_users_matrix() -> None:
    labels = Labels.of("file", {f"mine{i}": "S1" for i in range(6)}, {})
    write_labels(OUTPUTS / "labels.json", labels)
    with pytest.raises(InputError, match=r"split\.centroids_file"):
        run()
    run("--config", str(overlay(np.ones((9, 7)))))
    assert len(load_split(OUTPUTS / "split.json").train) == 5


def test_the_split_needs_the_labels_first() -> None:
    (OUTPUTS / "labels.json").unlink()
    with pytest.raises(InputError, match="arcsweep labels"):
        run()
