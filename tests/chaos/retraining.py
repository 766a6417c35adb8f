"""Training a finished trial again from its start, without interruption."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from optuna.trial import FrozenTrial

from arcsweep.config import Config
from arcsweep.paths import Paths
from arcsweep.protocol import EpochReport, StopTraining
from arcsweep.workers.result import RESULT_KEY
from arcsweep.workers.threads import limit_threads


class _Enough(StopTraining):
    """As many epochs as the trial had."""


class _Recorder:
    """Keeps what is reported, and ends the training where the trial was ended."""

    def __init__(self, n_epochs: int) -> None:
        self._n_epochs = n_epochs
        self.reports: list[EpochReport] = []

    def saved_state(self) -> bytes | None:
        return None

    def describe(self, facts: Mapping[str, Any]) -> None:
        return

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        self.reports.append(report)
        if report.epoch >= self._n_epochs:
            raise _Enough


def equals_uninterrupted(config: Config, paths: Paths, trial: FrozenTrial) -> bool:
    """Whether every value, and every metric of the best epoch, comes out with the same bits."""
    limit_threads(config.workers.threads)  # sums depend on the number of threads
    from arcsweep.training.objective import build

    result = trial.user_attrs[RESULT_KEY]
    recorder = _Recorder(int(result["epochs_run"]))
    with contextlib.suppress(_Enough):
        build(config, paths).train(result["effective_params"], int(result["seed"]), recorder)
    values = {report.epoch: report.value for report in recorder.reports}
    best = recorder.reports[int(result["best_epoch"]) - 1]
    return values == trial.intermediate_values and _bits(best.metrics) == _bits(result["metrics"])


def _bits(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """``metrics`` without those that measure time."""
    return {name: value for name, value in metrics.items() if not name.endswith("_seconds")}
