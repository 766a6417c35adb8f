"""Disks that are full, read-only or closed: a clear error, and a sweep that goes on once mended.

The disks are small tmpfs mounts, which root alone may make.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy.exc import OperationalError
from sweep import epochs_run, make_worker, prepare, spawn
from toy import ToyObjective, study_config

from arcsweep.errors import StorageError, explained
from arcsweep.paths import Paths
from arcsweep.protocol import EpochReport
from arcsweep.storage import faults
from arcsweep.storage.control import start, stop
from arcsweep.storage.engine import connect
from arcsweep.storage.location import Database
from arcsweep.study.opening import open_study
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder

NOBODY = 65534


def mount(folder: Path, size: str) -> None:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    mount(folder, "256k")
    yield folder
    unmount(folder)


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while stream.write(b"\0" * 4096):
                pass
        except OSError:
            return filler


class Spoils(ToyObjective):
    """Has ``spoil`` called in the course of the third epoch."""

    def __init__(self, spoil: object) -> None:
        super().__init__()
        self.spoil = spoil

    def train(self, params, seed, reporter):  # type: ignore[no-untyped-def]
        outer = reporter.report

        def report(row: EpochReport, state: object) -> None:
            if row.epoch == 3:
                self.spoil()  # type: ignore[operator]
            outer(row, state)

        reporter.report = report
        super().train(params, seed, reporter)


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_worker_gives_its_trial_back_and_the_same_command_goes_on_once_mended(
    database: Database, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "ck.log"))
    prepare(database.url(), 2)

    def remount(mode: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{mode}", disk], check=True)

    spoil = (lambda: fill(disk)) if fault == "full" else (lambda: remount("ro"))
    remedy = {"full": "free some space", "read-only": "mounted for writing"}[fault]
    with pytest.raises(StorageError, match=rf"{disk}.*trial-0.*epoch-3.*{remedy}") as refused:
        make_worker(database.url(), disk / "ck", Spoils(spoil), outage_s=1.0).run()
    assert "\n" not in str(refused.value)
    if fault == "full":
        (disk / "filler").unlink()
    else:
        remount("rw")
    make_worker(database.url(), disk / "ck").run()
    states = Counter(
        t.state.name for t in open_study(study_config(), database.url(), {}).study.trials
    )
    assert states["COMPLETE"] + states["PRUNED"] == sum(states.values()) == 2
    counts = epochs_run(tmp_path / "ck")
    assert {key for key, times in counts.items() if times > 1} == {(0, 3)}


def test_a_disk_that_is_full_for_a_while_costs_nothing(
    database: Database, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "ck.log"))
    prepare(database.url(), 2)
    with ThreadPoolExecutor() as pool:

        def spoil_for_a_while() -> None:
            filler = fill(disk)
            pool.submit(lambda: (time.sleep(2), filler.unlink()))

        make_worker(database.url(), disk / "ck", Spoils(spoil_for_a_while)).run()
    states = [t.state.name for t in open_study(study_config(), database.url(), {}).study.trials]
    assert len(states) == 2 and set(states) <= {"COMPLETE", "PRUNED"}
    assert set(epochs_run(tmp_path / "ck").values()) == {1}, "no epoch was computed twice"


def test_a_folder_that_is_closed_to_the_user_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)  # opened, never closed further
    closed = tmp_path / "ck"
    closed.mkdir(mode=0o755)
    child = os.fork()
    if child == 0:
        os.setuid(NOBODY)
        try:
            CheckpointFolder(closed).save(Checkpoint(1, (), 0, {}, {}, 0.0, b""), 5)
        except OSError as error:
            os.write(writer, explained(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    assert str(closed / "token-5.epoch-1.ckpt") in text and "the right to it" in text


def test_a_command_that_cannot_write_says_so_in_one_line(disk: Path) -> None:
    fill(disk)
    config = Path(__file__).parents[2] / "config.yaml"
    command = [sys.executable, "-m", "arcsweep", "worker", "--index", "0", "--config", str(config)]
    done = subprocess.run(command, cwd=disk, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "worker-0.json: no space left on device; free some space" in line


def wait_for_epochs(checkpoints: Path, n: int) -> None:
    deadline, log = time.monotonic() + 60, Path(f"{checkpoints}.log")
    while not log.exists() or len(epochs_run(checkpoints)) < n:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def epochs_when_nothing_moves(checkpoints: Path) -> int:
    """Wait until no epoch was computed for five seconds; the number of those that were."""
    seen, since = 0, time.monotonic()
    while time.monotonic() < since + 5:
        now = len(epochs_run(checkpoints))
        if now != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.2)
    return seen


def test_a_full_disk_of_the_database_pauses_workers_and_fails_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    mount(disk, "160m")
    paths = Paths(disk, "toy", disk / "data", disk / "c.npy")
    try:
        database = start(paths, os.getpid())
        prepare(database.url(), 150)
        workers = [spawn(database.url(), tmp_path / "ck") for _ in range(2)]
        wait_for_epochs(tmp_path / "ck", 30)
        filler = fill(disk)
        with closing(connect(database)) as connection, connection.cursor() as cursor:
            with pytest.raises(psycopg2.errors.DiskFull) as full:
                cursor.execute("CREATE TABLE big AS SELECT generate_series(1, 1000000)")
            assert faults.is_transient(OperationalError("", {}, full.value))
        assert epochs_when_nothing_moves(tmp_path / "ck") < 300, "paused before the end"
        assert [worker.poll() for worker in workers] == [None, None]
        filler.unlink()
        assert [worker.wait(90) for worker in workers] == [0, 0]
        states = Counter(t.state.name for t in prepare(database.url(), 150).study.trials)
        assert states["COMPLETE"] + states["PRUNED"] == sum(states.values()) == 150
    finally:
        stop(paths)
        unmount(disk)
