"""A real worker process that is killed after every epoch, each time at another moment."""

import logging
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from arcsweep.config.load import load_config
from arcsweep.protocol import EpochReport
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder
from arcsweep.workers.process import run_worker
from arcsweep.workers.reporter import TrialReporter

MOMENTS = ("saved", "reported", "decided")
"""The epoch's checkpoint is written; its value is in the database; its pruning decision is made."""

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def work(folder: Path, url: str, configs: list[Path], is_mortal: bool) -> None:
    """Run one worker of the study in ``folder``; its last checkpoints are kept for the test."""
    os.chdir(folder)
    os.environ["ARCSWEEP_DATABASE_URL"] = url
    logging.basicConfig(filename="worker.log", level=logging.INFO)
    torch.set_num_threads(1)
    _keep_last_checkpoints(folder / "kept")
    if is_mortal:
        _Death(folder / "deaths.log").install()
    run_worker(load_config(configs), 0)


def _keep_last_checkpoints(kept: Path) -> None:
    remove = CheckpointFolder.remove

    def keep_and_remove(self: CheckpointFolder) -> None:
        shutil.copytree(self._folder, kept / self._folder.name, dirs_exist_ok=True)
        remove(self)

    CheckpointFolder.remove = keep_and_remove  # type: ignore[method-assign]


class _Death:
    """SIGKILL once for each (trial, epoch), by turns at each of MOMENTS."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._dead = set(log.read_text().split()) if log.exists() else set()
        self._is_reporting = False

    def install(self) -> None:
        save, report, decide = (
            CheckpointFolder.save,
            TrialReporter.report,
            TrialReporter._decision,
        )

        def save_then_die(folder: CheckpointFolder, checkpoint: Checkpoint, token: int) -> None:
            save(folder, checkpoint, token)
            self._die(int(folder._folder.name.split("-")[1]), checkpoint.epoch, "saved")

        def die_then_decide(reporter: TrialReporter, epoch: int) -> Any:
            if self._is_reporting:  # not when an earlier owner's epoch is settled
                self._die(reporter.number, epoch, "reported")
            return decide(reporter, epoch)

        def report_then_die(
            reporter: TrialReporter, epoch: EpochReport, state: Callable[[], bytes]
        ) -> None:
            self._is_reporting = True
            try:
                report(reporter, epoch, state)
            finally:
                self._die(reporter.number, epoch.epoch, "decided")

        CheckpointFolder.save = save_then_die  # type: ignore[method-assign]
        TrialReporter._decision = die_then_decide  # type: ignore[method-assign]
        TrialReporter.report = report_then_die  # type: ignore[method-assign]

    def _die(self, number: int, epoch: int, moment: str) -> None:
        death = f"{number}:{epoch}:{moment}"
        if moment == MOMENTS[(number + epoch) % len(MOMENTS)] and death not in self._dead:
            with self._log.open("a") as stream:
                stream.write(f"{death}\n")
            os.kill(os.getpid(), signal.SIGKILL)
