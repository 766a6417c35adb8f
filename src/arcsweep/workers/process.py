"""The process of one worker: what it needs, its record, and how it ends."""

import logging
import os
import time
from pathlib import Path
from typing import Any

from arcsweep.config import Config
from arcsweep.errors import StorageError, explained
from arcsweep.paths import Paths
from arcsweep.scheduler import Job, StopSignals, current_job, query_end
from arcsweep.storage import faults
from arcsweep.storage.automatic_backups import AutomaticBackups
from arcsweep.storage.backup_folder import BackupFolder
from arcsweep.storage.engine import engine_options
from arcsweep.storage.leases import Leases
from arcsweep.storage.location import locate
from arcsweep.storage.optuna_storage import WriterIdentity
from arcsweep.storage.owner import describe_self
from arcsweep.storage.patience import patiently
from arcsweep.study.fingerprint import meaning_digest, refuse_mixture, study_fingerprint
from arcsweep.study.objective import load_objective
from arcsweep.study.opening import open_study
from arcsweep.study.space import Space
from arcsweep.workers.record import write_record
from arcsweep.workers.threads import limit_threads
from arcsweep.workers.worker import Stopped, Worker, WorkerSettings

logger = logging.getLogger(__name__)

LONGEST_MARGIN_S = 60.0
"""Seconds before walltime at which a worker takes no further epoch."""


def run_worker(config: Config, index: int) -> None:
    """Run worker ``index`` of the study that ``config`` describes until its budget is covered.

    Raises ArcsweepError (Stopped among them) when it ends otherwise; the record then says so.
    """
    paths = Paths.of(config)
    # Before anything else: in a Slurm array every task checks the first task's output.
    write_record(paths.worker_record(index), "running", index=index, pid=os.getpid())
    limit_threads(config.workers.threads)
    job = current_job()
    stop = _stop_signals(job)
    worker: Worker | None = None
    try:
        worker = _make_when_possible(config, paths, index, stop, job)
        standing = worker.run()
    except BaseException as error:
        _record_end(
            paths.worker_record(index),
            "stopped" if stop.reason() else "failed",
            index=index,
            n_finished=worker.n_finished if worker else 0,
            error=f"{type(error).__name__}: {error}".splitlines()[0][:300],
        )
        if isinstance(error, Exception) and faults.is_transient(error):
            raise StorageError(
                f"the database does not answer ({faults.reason(error)}); start it again and rerun"
                " the same command"
            ) from None
        raise
    write_record(paths.worker_record(index), "covered", index=index, n_finished=worker.n_finished)
    logger.info(
        "worker %d: %d trials finished here, %d of %d in all, %d with other workers",
        index,
        worker.n_finished,
        standing.finished,
        standing.n_trials,
        standing.held,
    )


def _record_end(path: Path, status: str, **facts: Any) -> None:
    """Write the record of a worker that ends with an error; that error tells more than this one."""
    try:
        write_record(path, status, **facts)
    except OSError as error:
        logger.warning("the worker's record cannot be written: %s", explained(error))


def _stop_signals(job: Job | None) -> StopSignals:
    """Asks to stop a minute before walltime, or for short jobs after three quarters of it."""
    ends_at = query_end(job) if job else None
    if ends_at is None:
        return StopSignals()
    return StopSignals(ends_at, margin_s=min(LONGEST_MARGIN_S, 0.25 * (ends_at - time.time())))


def _make_when_possible(
    config: Config, paths: Paths, index: int, stop: StopSignals, job: Job | None
) -> Worker:
    """Make the worker; in a batch job, wait for a database that is out, as a working one does.

    A person who starts a worker by hand gets the error at once.
    """
    if job is None:
        return _make_worker(config, paths, index, stop, None)

    def leave_if_told() -> None:
        reason = stop.reason()
        if reason is not None:
            raise Stopped(f"stopped: {reason}")

    return patiently(
        lambda: _make_worker(config, paths, index, stop, job.job_id),
        config.workers.outage_s,
        leave_if_told,
    )


def _make_worker(
    config: Config, paths: Paths, index: int, stop: StopSignals, job_id: str | None
) -> Worker:
    database = locate(paths)
    identity = WriterIdentity(describe_self(worker=index, job=job_id))
    opened = open_study(config.study, database.url(), engine_options(database), identity)
    objective = load_objective(config, paths)
    fingerprint = study_fingerprint(config.study, objective)
    refuse_mixture(config.study.name, opened.sweep().fingerprint, fingerprint)
    settings = WorkerSettings(
        lease_s=config.workers.lease_s,
        outage_s=config.workers.outage_s,
        max_failed=config.study.max_failed,
        max_stuck=config.study.max_stuck,
        seed=config.training.seed,
        meaning=meaning_digest(fingerprint),
        tensorboard=paths.tensorboard if config.workers.tensorboard else None,
    )
    leases = Leases(opened.engine, opened.study_id, settings.lease_s, identity.described)
    return Worker(
        opened.study,
        Space(config.study.space),
        objective,
        leases,
        identity,
        Path(paths.checkpoints),
        settings,
        stop.reason,
        AutomaticBackups(
            opened.engine,
            database,
            opened.study_id,
            BackupFolder(paths.backups, config.study.name),
            config.workers.backup_every,
        ),
    )
