"""A whole sweep on Slurm, from the submit host: its array, its controller, its record."""

import logging
import math
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arcsweep.config import Config
from arcsweep.errors import ArcsweepError
from arcsweep.paths import Paths
from arcsweep.scheduler import StopSignals
from arcsweep.storage.engine import engine_options
from arcsweep.storage.leases import Leases
from arcsweep.storage.location import locate
from arcsweep.storage.owner import describe_self
from arcsweep.storage.patience import patiently
from arcsweep.study.opening import open_study
from arcsweep.workers.controller import ArrayController
from arcsweep.workers.controller_lock import hold_controller_lock, lock_holder
from arcsweep.workers.failures import FailureLimit
from arcsweep.workers.record import write_record
from arcsweep.workers.slurm_array import SlurmArray, array_name

logger = logging.getLogger(__name__)

SUCCESSION_S = 60.0
"""Seconds that a controller left behind may take to see that it is alone."""


@dataclass(frozen=True)
class TaskResources:
    """What each worker task asks Slurm for."""

    memory_mb: int
    runtime_min: int
    partition: str = ""
    account: str = ""
    gpus: int = 0
    extra: Sequence[str] = field(default_factory=tuple)

    def options(self, cpus: int) -> tuple[str, ...]:
        """Arguments of sbatch for tasks of ``cpus`` CPUs."""
        chosen = [f"--mem={self.memory_mb}M", f"--time={self.runtime_min}"]
        chosen.append(f"--cpus-per-task={cpus}")
        if self.partition:
            chosen.append(f"--partition={self.partition}")
        if self.account:
            chosen.append(f"--account={self.account}")
        if self.gpus:
            chosen.append(f"--gpus={self.gpus}")
        return (*chosen, *self.extra)


def run_sweep(config: Config, config_files: Sequence[str], resources: TaskResources) -> None:
    """Run the study's workers on Slurm until its budget has finished.

    A controller that a killed Snakemake left behind sees that it is alone, and leaves; this one
    waits for that. Raises ArcsweepError as :meth:`ArrayController.run`.
    """
    paths = Paths.of(config)
    hold_controller_lock(paths.sweep_lock, "controls the sweep", SUCCESSION_S)
    workflow = lock_holder(paths.controller_lock)

    def orphaned() -> bool:
        return workflow is not None and lock_holder(paths.controller_lock) != workflow

    with StopSignals() as stop:

        def leave_if_told() -> None:
            if stop.reason() or orphaned():
                raise ArcsweepError("stopped while the database was out; the same command goes on")

        def make() -> ArrayController:
            return _make_controller(config, config_files, resources, stop, orphaned)

        write_record(paths.sweep_record, "running", pid=os.getpid())
        # A person who starts it by hand gets the error at once; a workflow goes on by itself.
        by_hand = workflow is None
        outage_s = config.workers.outage_s
        controller = make() if by_hand else patiently(make, outage_s, leave_if_told)
        ended = controller.run()
    write_record(paths.sweep_record, "covered", finished=ended.finished)
    logger.info("%d of %d trials finished", ended.finished, ended.n_trials)


def _make_controller(
    config: Config,
    config_files: Sequence[str],
    resources: TaskResources,
    stop: StopSignals,
    orphaned: Callable[[], bool],
) -> ArrayController:
    paths, workers = Paths.of(config), config.workers
    database = locate(paths)
    opened = open_study(config.study, database.url(), engine_options(database))
    leases = Leases(opened.engine, opened.study_id, workers.lease_s, describe_self())
    array = SlurmArray(
        name=array_name(config.study.name, Path.cwd()),
        command=worker_command(config_files),
        log=paths.logs.absolute() / "slurm" / "worker-%A_%a.log",
        options=resources.options(workers.threads * workers.per_task),
    )
    return ArrayController(
        array,
        n_tasks=math.ceil(workers.count / workers.per_task),
        standing=leases.standing,
        check=FailureLimit(opened.study, leases, config.study.max_failed).check,
        outage_s=workers.outage_s,
        stop_reason=stop.reason,
        orphaned=orphaned,
        per_task=workers.per_task,
    )


def worker_command(config_files: Sequence[str]) -> str:
    """Shell text of one worker task; Slurm starts it in the folder of the submission."""
    configs = " ".join(
        f"--config {shlex.quote(str(Path(file).absolute()))}" for file in config_files
    )
    return (
        f'{shlex.quote(sys.executable)} -m arcsweep worker --task "$SLURM_ARRAY_TASK_ID" {configs}'
    )
