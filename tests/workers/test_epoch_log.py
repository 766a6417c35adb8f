"""TensorBoard logs: every step once, whatever interrupts a trial; nothing unless asked for."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from sweep import make_worker, prepare
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from toy import ToyObjective

from arcsweep.errors import ConfigError
from arcsweep.storage.location import Database
from arcsweep.workers.epoch_log import check_installed
from arcsweep.workers.worker import Stopped, Worker


def logging_worker(database: Database, folder: Path, **more: Any) -> Worker:
    worker = make_worker(database.url(), folder / "ck", ToyObjective(), **more)
    worker._settings = dataclasses.replace(worker._settings, tensorboard=folder / "tb")
    return worker


def steps(folder: Path) -> list[int]:
    # No purging: what stands in the files counts.
    log = EventAccumulator(str(folder), purge_orphaned_data=False).Reload()
    return [event.step for event in log.Scalars("objective")]


def test_a_resumed_trial_has_each_step_once(database: Database, tmp_path: Path) -> None:
    prepare(database.url(), 3)
    left = iter([None] * 4)
    with pytest.raises(Stopped):
        logging_worker(database, tmp_path, stop_reason=lambda: next(left, "told to")).run()
    (begun,) = (tmp_path / "tb").iterdir()
    n_before = len(steps(begun))
    assert n_before > 0
    logging_worker(database, tmp_path).run()
    for trial in prepare(database.url(), 3).study.get_trials(deepcopy=False):
        folder = tmp_path / "tb" / f"trial-{trial.number:04d}"
        assert steps(folder) == sorted(trial.intermediate_values)
    assert len(steps(begun)) > n_before, "the interrupted trial went on"


def test_nothing_is_logged_unless_asked_for(database: Database, tmp_path: Path) -> None:
    prepare(database.url(), 1)
    make_worker(database.url(), tmp_path / "ck").run()
    assert not (tmp_path / "tb").exists()


def test_without_the_package_the_setting_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"workers\.tensorboard.*pip install"):
        check_installed()
