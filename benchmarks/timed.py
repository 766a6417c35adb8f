"""A training function that keeps a record of its process's time; a sweep in overhead.py runs it.

Whatever is sampled, it trains one small CNN, so that every trial takes about as long; sampling,
database and checkpoints are those of the space that the study has.
"""

import atexit
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from arcsweep.config import Config
from arcsweep.paths import Paths
from arcsweep.protocol import EpochReport, Params, Reporter
from arcsweep.training.objective import TrainingObjective
from arcsweep.training.objective import build as build_training

FIXED: dict[str, Any] = {
    "encoder_type": "cnn",
    "batch_size": 16,
    "demo_agg": "flatten",
    "width_mult": 1.0,
    "depth": 3,
    "mlp_hidden": 512,
    "use_coords": True,
    "embed_dim": 256,
    "use_cosine": True,
    "temperature": 10.0,
    "use_scheduler": True,
    "lr": 1e-3,
    "weight_decay": 1e-4,
    "label_smoothing": 0.1,
}


class Timed:
    """The project's training of FIXED; epoch_s adds up the seconds of its epochs."""

    def __init__(self, training: TrainingObjective) -> None:
        self.training = training
        self.epoch_s = 0.0
        self.first_s: float | None = None
        self.n_trials = 0

    def fingerprint(self) -> Mapping[str, str]:
        return self.training.fingerprint()

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        if self.first_s is None:
            self.first_s = _age_s()
        self.n_trials += 1
        self.training.train({**params, **FIXED}, seed, _Watch(self, reporter))


class _Watch:
    def __init__(self, timed: Timed, reporter: Reporter) -> None:
        self._timed, self._reporter = timed, reporter
        self.saved_state, self.describe = reporter.saved_state, reporter.describe

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        self._timed.epoch_s += report.metrics["epoch_seconds"]
        self._reporter.report(report, state)


def build(config: Config, paths: Paths) -> Timed:
    """The function; when its process ends it leaves a record in ``outputs/times``."""
    timed = Timed(build_training(config, paths))
    folder = Path("outputs", "times")

    def record() -> None:
        if timed.n_trials == 0:  # stages that only ask for the fingerprint
            return
        folder.mkdir(parents=True, exist_ok=True)
        facts = {
            "age_s": _age_s(),
            "epoch_s": timed.epoch_s,
            "before_first_trial_s": timed.first_s,
            "n_trials": timed.n_trials,
        }
        (folder / f"{os.uname().nodename}-{os.getpid()}.json").write_text(json.dumps(facts))

    atexit.register(record)
    return timed


def _age_s() -> float:
    """Seconds since this process began."""
    return time.time() - psutil.Process().create_time()
