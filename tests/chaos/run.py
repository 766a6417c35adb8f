"""One sweep through its storm, to the verdict."""

import contextlib
import random
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass

from cluster import Cluster
from optuna.trial import FrozenTrial

from arcsweep.storage.engine import engine_options
from arcsweep.study.opening import open_study
from chaos import epoch_log
from chaos.faults import Fault, World
from chaos.ground import small_disk, whole_cluster
from chaos.judgement import judge
from chaos.ledger import SweepResult
from chaos.objectives import TOY_EPOCHS
from chaos.observer import Observer
from chaos.retraining import equals_uninterrupted
from chaos.storm import Storm, plan
from chaos.subject import Subject

CHECKPOINT_DISK_MB = 64
DATABASE_DISK_MB = 512
N_RETRAINED = 2


@dataclass(frozen=True)
class Chaos:
    """What a sweep goes through.

    faults: how many of each kind. gap_s: mean seconds between two. lasts_s: kind → the longest
    that it lasts. timeout_s: after which the sweep counts as hanging.
    """

    faults: Mapping[type[Fault], int]
    gap_s: float
    lasts_s: Mapping[str, float]
    timeout_s: float
    is_toy: bool = True


def run_chaos(cluster: Cluster, subject: Subject, chaos: Chaos, seed: int) -> SweepResult:
    """Let the faults loose on ``subject`` and judge what is left when it has finished.

    Everything is put back in the end, also when this raises or is interrupted.
    """
    # A harness that was started in the background ignores it, and its children would as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.ExitStack() as stack:
        stack.enter_context(whole_cluster(cluster))
        stack.enter_context(small_disk(subject.paths.checkpoints, CHECKPOINT_DISK_MB))
        if not subject.paths.database.is_mount():
            stack.enter_context(small_disk(subject.paths.database, DATABASE_DISK_MB))
        stack.callback(subject.clear)
        if not subject.watches_database:
            subject.start_database()
            subject.arcsweep("study")
        observer = Observer(subject.config.study.name, subject.database)
        stack.callback(observer.stop)
        begin = time.monotonic()
        subject.start()
        storm = Storm(
            World(cluster, subject, observer), plan(seed, chaos.faults, chaos.gap_s, chaos.lasts_s)
        )
        storm.run(chaos.timeout_s)
        is_complete = _finish(subject, begin + chaos.timeout_s)
        seconds = time.monotonic() - begin
        observer.stop()
        remarks = [f"the controller gave up: {text}" for text in subject.gave_up]
        remarks += [f"the harness failed: {text}" for text in storm.errors]
        if not is_complete:
            remarks.append(f"not complete after {seconds:.0f} s")
        return _verdict(subject, chaos, storm, observer, seconds, remarks, seed)


def _finish(subject: Subject, deadline: float) -> bool:
    while not subject.look_after():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def _verdict(
    subject: Subject,
    chaos: Chaos,
    storm: Storm,
    observer: Observer,
    seconds: float,
    remarks: list[str],
    seed: int,
) -> SweepResult:
    subject.start_database()
    trials = _trials(subject)
    log = epoch_log.read_log(subject.epoch_log)
    expected = {trial.number: _toy_values(trial) for trial in trials} if chaos.is_toy else {}
    judgement = judge(
        subject.config.study.n_trials,
        trials,
        log,
        storm.struck,
        sorted(subject.worker_logs.glob("*.log")),
        expected,
    )
    retrained = {}
    if not chaos.is_toy:
        finished = [trial for trial in trials if trial.state.is_finished()]
        for trial in random.Random(seed).sample(finished, min(N_RETRAINED, len(finished))):
            retrained[trial.number] = equals_uninterrupted(subject.config, subject.paths, trial)
    return SweepResult(
        subject.config.study.name,
        seconds,
        storm.struck,
        observer.seen,
        judgement,
        remarks,
        retrained,
    )


def _trials(subject: Subject) -> list[FrozenTrial]:
    database = subject.database()
    opened = open_study(subject.config.study, database.url(), engine_options(database))
    try:
        return list(opened.study.get_trials(deepcopy=False))
    finally:
        opened.engine.dispose()


def _toy_values(trial: FrozenTrial) -> list[float]:
    """What tests/workers/toy.py promises, epoch by epoch."""
    x = float(trial.params["x"])
    return [x * (1 - 0.5**epoch) for epoch in range(1, TOY_EPOCHS + 1)]
