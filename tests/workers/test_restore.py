"""The database directory is lost; a backup that a worker made brings the study back."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sweep import epochs_run, make_worker, prepare, spawn
from toy import study_config

from arcsweep.paths import Paths
from arcsweep.storage.automatic_backups import AutomaticBackups
from arcsweep.storage.backup_folder import KEPT, BackupFolder
from arcsweep.storage.control import start, stop
from arcsweep.storage.location import Database
from arcsweep.study.opening import open_study
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder, highest_token

EVERY, N_TRIALS = 4, 12


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.chdir(tmp_path)
    return Paths(Path(), "toy", Path("data"), Path("c.npy"))


def backups(paths: Paths, database: Database) -> AutomaticBackups:
    opened = open_study(study_config(), database.url(), {})
    folder = BackupFolder(paths.backups, "toy")
    return AutomaticBackups(opened.engine, database, opened.study_id, folder, EVERY)


def run(paths: Paths, database: Database) -> None:
    made_by = backups(paths, database)
    make_worker(database.url(), paths.checkpoints, backups=made_by).run()


def finished(database: Database) -> int:
    trials = open_study(study_config(), database.url(), {}).study.get_trials(deepcopy=False)
    return sum(trial.state.is_finished() for trial in trials)


def wait_for_epoch(checkpoints: Path, epoch: int) -> None:
    deadline = time.monotonic() + 60
    while not Path(f"{checkpoints}.log").exists() or max(epochs_run(checkpoints))[1] <= epoch:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def restore(paths: Paths, tmp_path: Path) -> str:
    config = tmp_path / "config.yaml"
    text = "study: {name: toy, n_trials: 12, objective: 'toy:build', space: {kind: {type:"
    config.write_text(f"{text} categorical, choices: [a, b]}}}}}}\nselection: {{by: kind}}\n")
    command = [sys.executable, "-m", "arcsweep", "db", "restore", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_lost_database_costs_at_most_the_trials_since_its_backup(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = start(paths, os.getpid())
    prepare(database.url(), N_TRIALS)
    paths.checkpoints.parent.mkdir(parents=True, exist_ok=True)
    running = spawn(database.url(), paths.checkpoints, epoch_s=0.5)
    try:
        wait_for_epoch(paths.checkpoints, 2)
        running.send_signal(signal.SIGSTOP)  # trial 0 stays in its hands for a lease
        monkeypatch.setenv("TOY_LOG", f"{paths.checkpoints}.log")
        run(paths, database)
        running.send_signal(signal.SIGCONT)
        wait_for_epoch_of_trial(paths.checkpoints, 0, 5)
    finally:
        running.kill()
        running.wait()
    assert finished(database) == N_TRIALS - 1
    stop(paths)
    shutil.rmtree(paths.database)
    # Trials that were begun after the backup and are lost: what they left must not be gone on with.
    stray = Checkpoint(4, ({"epoch": 4, "value": 9.0, "metrics": {}},), 4, {}, {}, 1.0, b"{}")
    for number in range(9, N_TRIALS):
        CheckpointFolder(paths.checkpoints / f"trial-{number}", "another").save(stray, 999)

    assert ".toy.8-trials.dump" in restore(paths, tmp_path)
    database = start(paths, os.getpid())
    assert finished(database) == 8
    run(paths, database)
    assert finished(database) == N_TRIALS
    trials = open_study(study_config(), database.url(), {}).study.get_trials(deepcopy=False)
    assert Counter(t.number for t in trials) == Counter(range(N_TRIALS))
    steps = trials[0].intermediate_values
    x = trials[0].params["x"]
    assert steps == {e: x * (1 - 0.5**e) for e in range(1, len(steps) + 1)}
    assert max(t.value or 0.0 for t in trials) <= 1.0
    counts = epochs_run(paths.checkpoints)
    # The epoch in flight when the process died may be computed again.
    assert sum(counts[0, epoch] - 1 for epoch in steps) <= 1
    assert len({number for number, _ in counts if counts[number, 1] > 1}) <= N_TRIALS - 1 - 8
    assert highest_token([paths.checkpoints]) == 0
    stop(paths)


def wait_for_epoch_of_trial(checkpoints: Path, number: int, epoch: int) -> None:
    deadline = time.monotonic() + 60
    while (number, epoch) not in epochs_run(checkpoints):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_each_mark_gets_one_backup_and_the_last_few_are_kept(
    database: Database, paths: Paths
) -> None:
    prepare(database.url(), 18)
    workers = 3
    children = []
    for _ in range(workers):
        child = os.fork()
        if child == 0:
            run(paths, database)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * workers
    names = sorted(file.name for file in paths.backups.iterdir())
    assert len(names) == KEPT, "no temporary file stays"
    numbers = [int(name[:6]) for name in names]
    assert numbers == list(range(numbers[0], numbers[0] + KEPT)) and numbers[-1] <= 18 // EVERY + 1
    assert names[-1].endswith("toy.18-trials.dump")
    assert {file.stat().st_mode & 0o777 for file in paths.backups.iterdir()} == {0o600}
    assert paths.backups.stat().st_mode & 0o777 == 0o700


def test_a_backup_that_cannot_be_made_is_a_warning(
    database: Database, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(database.url(), 9)
    paths.backups.parent.mkdir(parents=True)
    paths.backups.write_text("in the way")
    run(paths, database)
    assert finished(database) == 9
    paths.backups.unlink()
    monkeypatch.setattr("arcsweep.storage.binaries.PACKAGE", "not_installed_anywhere")
    prepare(database.url(), 18)
    run(paths, database)
    assert finished(database) == 18 and list(paths.backups.iterdir()) == []
