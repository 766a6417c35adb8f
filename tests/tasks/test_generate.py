"""Generation gives the same files however it is run, and never touches what is not its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from arcsweep.config.tasks import TasksConfig
from arcsweep.errors import InputError
from arcsweep.tasks import generate, rearc
from arcsweep.tasks.arc_json import decode_task, write_task
from arcsweep.tasks.generate import JOURNAL_NAME, generate_tasks
from arcsweep.tasks.manifest import Manifest, hash_content, read_manifest

IDS = ("007bbfb7", "00d62c1b", "4290ef0e", "d631b094")
SETTINGS = TasksConfig(examples_per_task=4, seed=3)


def run(folder: Path, settings: TasksConfig = SETTINGS, *, n_processes: int = 1) -> Manifest:
    return generate_tasks(settings, folder, n_processes=n_processes, task_ids=IDS)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*.json")}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the tasks that are drawn from here on, in order."""
    ids: list[str] = []
    draw = rearc.draw_examples

    def noting(program: rearc.Program, **how: object) -> rearc.Drawn:
        ids.append(program.task_id)
        return draw(program, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(rearc, "draw_examples", noting)
    return ids


def test_files_and_manifest_agree(tmp_path: Path) -> None:
    manifest = run(tmp_path)
    assert tuple(manifest.tasks) == IDS
    assert (manifest.source, manifest.seed, manifest.difficulty) == ("rearc", 3, (0.0, 1.0))
    assert set(manifest.packages) == {"arcsweep", "python", "reasoning-gym"}
    assert manifest.tasks["4290ef0e"].rejected > 0
    for task_id, entry in manifest.tasks.items():
        path = tmp_path / f"{task_id}.json"
        assert hash_content(path.read_bytes()) == entry.sha256
        assert len(decode_task(path.read_bytes(), path)) == entry.examples == 4


def test_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    one, three = run(tmp_path / "one"), run(tmp_path / "three", n_processes=3)
    assert one == three
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_second_run_draws_nothing(tmp_path: Path, drawn: list[str]) -> None:
    first = run(tmp_path)
    drawn.clear()
    assert run(tmp_path) == first
    assert drawn == []


def test_interrupted_run_goes_on_where_it_was(
    tmp_path: Path, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = write_task

    def interrupted(path: Path, examples: list[object]) -> bytes:
        if path.stem == IDS[2]:
            raise KeyboardInterrupt
        return write(path, examples)  # type: ignore[arg-type]

    monkeypatch.setattr(generate, "write_task", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path)
    monkeypatch.setattr(generate, "write_task", write)
    drawn.clear()
    assert run(tmp_path) == run(tmp_path / "uninterrupted")
    assert tuple(drawn[:2]) == IDS[2:]


@pytest.mark.parametrize("change", ["edit", "remove"])
def test_file_that_the_journal_does_not_prove_is_made_again(
    tmp_path: Path, drawn: list[str], change: str
) -> None:
    run(tmp_path)
    before = contents(tmp_path)
    path = tmp_path / f"{IDS[1]}.json"
    if change == "edit":
        path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
    else:
        path.unlink()
    drawn.clear()
    run(tmp_path)
    assert drawn == [IDS[1]]
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "change", [{"seed": 4}, {"examples_per_task": 5}, {"difficulty_high": 0.5}]
)
def test_files_of_other_settings_are_replaced(tmp_path: Path, change: dict[str, float]) -> None:
    run(tmp_path)
    before = contents(tmp_path)
    other = SETTINGS.model_copy(update=change)
    assert run(tmp_path, other) == run(tmp_path / "fresh", other)
    assert contents(tmp_path) == contents(tmp_path / "fresh")
    assert all(contents(tmp_path)[name] != before[name] for name in before)


def test_damaged_journal_costs_a_run_and_nothing_else(tmp_path: Path) -> None:
    first = run(tmp_path)
    (tmp_path / JOURNAL_NAME).write_text("{")
    assert run(tmp_path) == first


def test_leftovers_of_a_killed_writer_are_removed(tmp_path: Path) -> None:
    (tmp_path / f".{IDS[0]}.json.q3jx.tmp").touch()
    run(tmp_path)
    assert not list(tmp_path.glob(".*.tmp"))


def test_user_files_are_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / f"{IDS[0]}.json"  # the id of a RE-ARC task, but not our file
    path.write_text("mine")
    with pytest.raises(InputError) as caught:
        run(tmp_path)
    assert path.read_text() == "mine"
    assert str(caught.value) == (
        f"tasks.data_dir {tmp_path} must hold no JSON files but those that arcsweep generated, got "
        "007bbfb7.json; set tasks.source to files to use your own tasks, or point tasks.data_dir "
        "at another folder"
    )


def test_stray_files_among_generated_ones_are_named(tmp_path: Path) -> None:
    run(tmp_path)
    for name in "pqrst":
        (tmp_path / f"{name}.json").write_text("{}")
    with pytest.raises(InputError, match=r"got p\.json, q\.json, r\.json and 2 more; set"):
        run(tmp_path)


@pytest.mark.parametrize("n_processes", [1, 2])
def test_task_without_enough_examples_stops_the_run_and_keeps_the_rest(
    tmp_path: Path, n_processes: int
) -> None:
    hopeless = TasksConfig(examples_per_task=4, difficulty_low=0.0, difficulty_high=0.0)
    ids = ("007bbfb7", "aedd82e4")  # the second has one example at difficulty 0
    with pytest.raises(InputError, match=r"task aedd82e4: .* 400 draws at difficulty 0\.0"):
        generate_tasks(hopeless, tmp_path, n_processes=n_processes, task_ids=ids)
    assert set(read_manifest(tmp_path / JOURNAL_NAME).tasks) == {"007bbfb7"}


GENERATE = """
import sys
from pathlib import Path
from arcsweep.config.tasks import TasksConfig
from arcsweep.tasks.generate import generate_tasks
if __name__ == "__main__":
    generate_tasks(TasksConfig(examples_per_task=150), Path(sys.argv[1]), n_processes=2)
"""


@pytest.fixture
def long_run(tmp_path: Path) -> subprocess.Popen[str]:
    """A generation of minutes with two processes, at work on its first tasks."""
    script = tmp_path / "long_run.py"
    script.write_text(GENERATE)
    command = [sys.executable, str(script), str(tmp_path / "data")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not contents(tmp_path / "data"):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    children = psutil.Process(process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_its_run(long_run: subprocess.Popen[str], number: int) -> None:
    workers = workers_of(long_run)
    assert len(workers) == 2
    os.kill(long_run.pid, number)
    long_run.communicate(timeout=60)
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []


def test_killed_process_gives_an_error_and_what_is_done_is_kept(
    long_run: subprocess.Popen[str], tmp_path: Path
) -> None:
    workers_of(long_run)[0].kill()
    _, errors = long_run.communicate(timeout=60)
    assert "InputError: a process that generates tasks in" in errors
    assert "run `arcsweep tasks` again with fewer --processes" in errors
    journal = json.loads((tmp_path / "data" / JOURNAL_NAME).read_text())
    assert set(contents(tmp_path / "data")) >= {f"{task_id}.json" for task_id in journal["tasks"]}
