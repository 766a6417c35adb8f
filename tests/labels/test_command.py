"""Claims about `arcsweep labels`."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from arcsweep.cli.labels import labels
from arcsweep.errors import InputError
from arcsweep.labels.record import load_labels
from arcsweep.tasks.manifest import Manifest, TaskEntry, write_manifest

CONFIG = Path(__file__).parents[2] / "config.yaml"
OUTPUTS = Path("outputs/visual_classifier")


def run(*arguments: str) -> str:
    """What the verb prints; errors come through."""
    app = typer.Typer()
    app.command()(labels)
    result = CliRunner().invoke(app, ["--config", str(CONFIG), *arguments])
    if result.exception:
        raise result.exception
    return result.output


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with the manifest of three RE-ARC tasks."""
    monkeypatch.chdir(tmp_path)
    entry = TaskEntry(examples=4, rejected=0, sha256="0" * 64)
    tasks = dict.fromkeys(["3c9b0459", "67a3c6ac", "9172f3a0"], entry)
    write_manifest(OUTPUTS / "manifest.json", Manifest(source="rearc", tasks=tasks))


def overlay(labels: object) -> Path:
    Path("mine.json").write_text(json.dumps(labels))
    Path("overlay.yaml").write_text("labels: {file: mine.json}\n")
    return Path("overlay.yaml")


def test_every_task_of_the_manifest_is_labelled() -> None:
    output = run()
    found = load_labels(OUTPUTS / "labels.json")
    assert found.categories == {"3c9b0459": "S1", "67a3c6ac": "S1", "9172f3a0": "K1"}
    assert "3 tasks" in output and "Geometric transform" in output


def test_show_says_the_label_and_why() -> None:
    run()
    output = run("--show", "9172f3a0")
    assert "9172f3a0: K1 (Scaling)" in output and "upscale" in output


def test_show_refuses_a_task_that_there_is_not() -> None:
    run()
    with pytest.raises(InputError, match="nothing"):
        run("--show", "nothing")


def test_the_users_file_replaces_the_derived_labels() -> None:
    run("--config", str(overlay({"3c9b0459": "C1"})))
    found = load_labels(OUTPUTS / "labels.json")
    assert found.source == "file"
    assert found.categories == {
        "3c9b0459": "C1",
        "67a3c6ac": "ambiguous",
        "9172f3a0": "ambiguous",
    }


def test_labels_for_unknown_tasks_leave_no_file() -> None:
    with pytest.raises(InputError, match="got 00000000"):
        run("--config", str(overlay({"00000000": "C1"})))
    assert not (OUTPUTS / "labels.json").exists()


def test_labels_need_the_manifest_first() -> None:
    (OUTPUTS / "manifest.json").unlink()
    with pytest.raises(InputError, match="arcsweep tasks"):
        run()
