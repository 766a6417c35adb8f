"""Worker processes on a toy objective, for tests that start, stop and kill them."""

import logging
import os
import subprocess
import sys
from pathlib import Path

from toy import ToyObjective, study_config

from arcsweep.config.study import StudyConfig
from arcsweep.storage.automatic_backups import AutomaticBackups
from arcsweep.storage.leases import Leases
from arcsweep.storage.optuna_storage import WriterIdentity
from arcsweep.storage.owner import describe_self
from arcsweep.study.opening import OpenStudy, open_study, prepare_study
from arcsweep.study.space import Space
from arcsweep.workers.worker import Worker, WorkerSettings


def prepare(url: str, n_trials: int) -> OpenStudy:
    config = study_config(n_trials=n_trials)
    return prepare_study(config, url, {}, {"toy": "1"})


def make_worker(
    url: str,
    checkpoints: Path,
    objective: ToyObjective | None = None,
    lease_s: float = 60.0,
    outage_s: float = 60.0,
    stop_reason: object = lambda: None,
    config: StudyConfig | None = None,
    backups: AutomaticBackups | None = None,
) -> Worker:
    config = config or study_config()
    identity = WriterIdentity(describe_self())
    opened = open_study(config, url, {}, identity)
    leases = Leases(opened.engine, opened.study_id, lease_s, identity.described)
    settings = WorkerSettings(lease_s, outage_s, config.max_failed, config.max_stuck, 42)
    return Worker(
        opened.study,
        Space(config.space),
        objective or ToyObjective(),
        leases,
        identity,
        checkpoints,
        settings,
        stop_reason,  # type: ignore[arg-type]
        backups,
    )


def spawn(
    url: str, checkpoints: Path, *, epoch_s: float = 0.0, lease_s: float = 60.0
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, __file__, url, str(checkpoints), str(epoch_s), str(lease_s)],
        env={**os.environ, "TOY_LOG": str(checkpoints) + ".log"},
    )


def epochs_run(checkpoints: Path) -> dict[tuple[int, int], int]:
    """(trial number, epoch) → how often it was computed."""
    counts: dict[tuple[int, int], int] = {}
    for line in Path(str(checkpoints) + ".log").read_text().splitlines():
        number, epoch, _ = (int(word) for word in line.split())
        counts[number, epoch] = counts.get((number, epoch), 0) + 1
    return counts


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    make_worker(
        sys.argv[1],
        Path(sys.argv[2]),
        ToyObjective(epoch_s=float(sys.argv[3])),
        lease_s=float(sys.argv[4]),
    ).run()
