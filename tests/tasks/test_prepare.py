"""The verb `tasks` from config to arrays, for both sources."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arcsweep.errors import InputError
from arcsweep.paths import Paths
from arcsweep.tasks import rearc

CONFIG = Path(__file__).parents[2] / "config.yaml"
OVERLAY = "tasks: {{source: {source}, data_dir: {data_dir}, examples_per_task: 4}}"


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rearc, "task_ids", lambda: ("007bbfb7", "00d62c1b"))


def call_verb(source: str, data_dir: str) -> str:
    import typer

    from arcsweep.cli.tasks import tasks

    Path("overlay.yaml").write_text(OVERLAY.format(source=source, data_dir=data_dir))
    app = typer.Typer()
    app.command()(tasks)
    arguments = ["--config", str(CONFIG), "--config", "overlay.yaml", "--processes", "1"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def paths() -> Paths:
    from arcsweep.config.load import load_config

    return Paths.of(load_config([CONFIG, Path("overlay.yaml")]))


def test_generated_tasks_come_with_manifest_cache_and_one_line() -> None:
    line = call_verb("rearc", "data/tasks")
    assert line.startswith("2 tasks with 8 examples in ")
    assert line.count("\n") == 1
    assert sorted(path.name for path in paths().data_dir.glob("0*.json")) == [
        "007bbfb7.json",
        "00d62c1b.json",
    ]
    assert paths().manifest.is_file()
    assert len(list(paths().cache.glob("arrays-*.npy"))) == 1


def test_second_call_leaves_every_file_as_it_was() -> None:
    call_verb("rearc", "data/tasks")
    files = [paths().manifest, *paths().data_dir.glob("*.json"), *paths().cache.glob("*.npy")]
    for path in files:
        os.utime(path, (1, 1))
    call_verb("rearc", "data/tasks")
    assert {path.stat().st_mtime for path in files} == {1.0}


def test_user_folder_is_only_read(data_dir: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in [data_dir, *data_dir.iterdir()]}
    line = call_verb("files", "mine")
    assert line.startswith("2 tasks with 4 examples in ")
    assert {path: path.stat().st_mtime_ns for path in [data_dir, *data_dir.iterdir()]} == before
    assert paths().manifest.is_file()


def test_broken_user_file_leaves_no_manifest(data_dir: Path) -> None:
    (data_dir / "cccc0003.json").write_text("{}")
    with pytest.raises(InputError, match=r"cccc0003\.json: must hold one task"):
        call_verb("files", "mine")
    assert not paths().manifest.exists()


def test_folder_that_cannot_be_made_is_named() -> None:
    Path("data").write_text("a file where the folder belongs")
    with pytest.raises(InputError, match=r"data/tasks: must be readable and writable, got Not a"):
        call_verb("rearc", "data/tasks")
