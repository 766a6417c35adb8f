"""Checkpoints of an extended run: it is never pruned, and goes on where a killed job left it."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from arcsweep.protocol import EpochReport
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder

logger = logging.getLogger(__name__)

_ONLY_OWNER = 1  # Snakemake runs a slot once at a time: no fencing token


class ExtendedReporter:
    """Implements :class:`arcsweep.protocol.Reporter`; keeps the last epoch's metrics and state."""

    def __init__(self, folder: CheckpointFolder, epochs: int) -> None:
        self._folder = folder
        self._epochs = epochs
        self._saved = folder.load()
        self._begin = time.monotonic()
        self.final: Mapping[str, Any] = self._saved.best_metrics if self._saved else {}
        self.history: tuple[Mapping[str, Any], ...] = self._saved.history if self._saved else ()
        self.state = self._saved.state if self._saved else b""

    @property
    def seconds(self) -> float:
        """Seconds of training, those before an interruption included."""
        return (self._saved.seconds if self._saved else 0.0) + time.monotonic() - self._begin

    def saved_state(self) -> bytes | None:
        """As :class:`arcsweep.protocol.Reporter`."""
        return self._saved.state if self._saved else None

    def describe(self, facts: Mapping[str, Any]) -> None:
        """As :class:`arcsweep.protocol.Reporter`; the record takes the facts elsewhere."""

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        """As :class:`arcsweep.protocol.Reporter`; never ends the run."""
        self.final = dict(report.metrics)
        self.history = (*self.history, {"epoch": report.epoch, "value": report.value})
        self.state = state()
        self._folder.save(
            Checkpoint(
                report.epoch,
                self.history,
                report.epoch,
                self.final,
                {},
                self.seconds,
                self.state,
            ),
            _ONLY_OWNER,
        )
        logger.info(
            "epoch %d of %d · %.4f · %.1f s", report.epoch, self._epochs, report.value, self.seconds
        )
