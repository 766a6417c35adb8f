"""A whole sweep on Slurm, from the submit host: its array, its controller, its record."""

import logging
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arcsweep.config import Config
from arcsweep.paths import Paths
from arcsweep.scheduler import StopSignals
from arcsweep.storage.engine import engine_options
from arcsweep.storage.leases import Leases, Standing
from arcsweep.storage.location import locate
from arcsweep.storage.owner import describe_self
from arcsweep.storage.patience import patiently
from arcsweep.study.opening import open_study
from arcsweep.workers.controller import ArrayController
from arcsweep.workers.controller_turn import ControllerTurn
from arcsweep.workers.failures import FailureLimit
from arcsweep.workers.record import write_record
from arcsweep.workers.slurm_array import SlurmArray, array_name

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TaskResources:
    """What each worker task asks Slurm for."""

    memory_mb: int
    runtime_min: int
    partition: str = ""
    account: str = ""
    gpus: int = 0
    extra: Sequence[str] = field(default_factory=tuple)

    def options(self, threads: int) -> tuple[str, ...]:
        """Arguments of sbatch; ``threads`` are the CPUs of a task."""
        chosen = [f"--mem={self.memory_mb}M", f"--time={self.runtime_min}"]
        chosen.append(f"--cpus-per-task={threads}")
        if self.partition:
            chosen.append(f"--partition={self.partition}")
        if self.account:
            chosen.append(f"--account={self.account}")
        if self.gpus:
            chosen.append(f"--gpus={self.gpus}")
        return (*chosen, *self.extra)


def run_sweep(config: Config, config_files: Sequence[str], resources: TaskResources) -> None:
    """Run the study's workers on Slurm until its budget has finished.

    Raises ArcsweepError as :meth:`ArrayController.run`.
    """
    paths = Paths.of(config)
    with StopSignals() as stop:
        write_record(paths.sweep_record, "running", pid=os.getpid())
        database = locate(paths)
        opened = open_study(config.study, database.url(), engine_options(database))
        leases = Leases(opened.engine, opened.study_id, config.workers.lease_s, describe_self())

        outage_s = config.workers.outage_s
        failures = FailureLimit(opened.study, leases, config.study.max_failed)

        def standing() -> Standing:
            return patiently(leases.standing, outage_s, controller.leave_if_told)

        def check() -> None:
            patiently(failures.check, outage_s, controller.leave_if_told)

        array = SlurmArray(
            name=array_name(config.study.name, Path.cwd()),
            command=worker_command(config_files),
            log=Path("logs").absolute() / config.study.name / "slurm" / "worker-%A_%a.log",
            options=resources.options(config.workers.threads),
        )
        turn = ControllerTurn(paths.sweep_turn)
        controller = ArrayController(
            array, config.workers.count, standing, check, stop.reason, turn.held
        )
        ended = controller.run()
    write_record(paths.sweep_record, "covered", finished=ended.finished)
    logger.info("%d of %d trials finished", ended.finished, ended.n_trials)


def worker_command(config_files: Sequence[str]) -> str:
    """Shell text of one worker task; Slurm starts it in the folder of the submission."""
    configs = " ".join(
        f"--config {shlex.quote(str(Path(file).absolute()))}" for file in config_files
    )
    return (
        f'{shlex.quote(sys.executable)} -m arcsweep worker --index "$SLURM_ARRAY_TASK_ID" {configs}'
    )
