"""Objectives whose every computed epoch leaves a line in a log outside the database.

Workers on the nodes import this by PYTHONPATH; ``study.objective`` is chaos.objectives:toy or
chaos.objectives:real.
"""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toy import ToyObjective

from arcsweep.config import Config
from arcsweep.paths import Paths
from arcsweep.protocol import EpochReport, Objective, Params, Reporter

LOG_VARIABLE = "ARCSWEEP_CHAOS_EPOCHS"
EPOCH_VARIABLE = "ARCSWEEP_CHAOS_EPOCH_S"
TOY_EPOCHS = 6


def toy(config: Config, paths: Paths) -> Objective:
    """The toy of tests/workers, whose value is a known function of the parameters."""
    return TracedObjective(ToyObjective(TOY_EPOCHS, float(os.environ[EPOCH_VARIABLE])))


def real(config: Config, paths: Paths) -> Objective:
    """The project's own training function."""
    from arcsweep.training.objective import build

    return TracedObjective(build(config, paths))


class TracedObjective:
    """Trains as ``inner`` does and logs each epoch at the moment when it has been computed."""

    def __init__(self, inner: Objective) -> None:
        self._inner = inner

    def fingerprint(self) -> Mapping[str, str]:
        return self._inner.fingerprint()

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        self._inner.train(params, seed, TracedReporter(reporter))


class TracedReporter:
    """Logs an epoch, then hands it to the engine."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._log = Path(os.environ[LOG_VARIABLE])

    def saved_state(self) -> bytes | None:
        saved: bytes | None = self._inner.saved_state()
        return saved

    def describe(self, facts: Mapping[str, Any]) -> None:
        self._inner.describe(facts)

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        fields = (self._inner.number, report.epoch, os.getpid(), time.time(), report.value.hex())
        # One short write in append mode: lines of several workers do not mix.
        with self._log.open("a") as stream:
            stream.write(" ".join(str(field) for field in fields) + "\n")
        self._inner.report(report, state)
