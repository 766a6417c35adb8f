"""The engine's side of a running trial: checkpoint, report, pruning decision, in that order."""

import dataclasses
import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import optuna
from optuna.trial import FrozenTrial

from arcsweep.errors import explained, is_disk_full
from arcsweep.protocol import Diverged, EpochReport, StopTraining
from arcsweep.storage.patience import FIRST_PAUSE_S, LONGEST_PAUSE_S, wait
from arcsweep.study.pruner import Decision, decide
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder

logger = logging.getLogger(__name__)

DECISIONS_KEY = "arcsweep:decisions"


class Pruned(StopTraining):
    """The pruner ended the trial."""


class GiveBack(StopTraining):
    """This worker must stop; another one goes on with the trial."""


class LeaseLost(StopTraining):
    """The trial belongs to another worker by now."""


class CheckpointFailed(StopTraining):
    """The file system refused the checkpoint."""


class TrialReporter:
    """Implements :class:`arcsweep.protocol.Reporter` for one owned trial.

    A finished epoch is saved before it is reported, so that what the database knows can always be
    gone on from. A pruning decision and the pruner's notes are recorded in one write before they
    take effect: whoever goes on with the trial repeats nothing and decides nothing twice.

    full_disk_s: seconds that a finished epoch is kept in memory while the disk has no room for it.
    """

    def __init__(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        token: int,
        folder: CheckpointFolder,
        patiently: Callable[[Callable[[], Any]], Any],
        must_leave: Callable[[], StopTraining | None],
        full_disk_s: float = 0.0,
    ) -> None:
        self._study = study
        self._full_disk_s = full_disk_s
        self._storage = study._storage
        self._trial_id = trial._trial_id
        self.number = trial.number
        self._token = token
        self._folder = folder
        self._patiently = patiently
        self._must_leave = must_leave
        self._sign = 1.0 if study.direction == optuna.study.StudyDirection.MAXIMIZE else -1.0
        self._decided: dict[str, Any] = dict(trial.system_attrs.get(DECISIONS_KEY, {}))
        self._reported_epoch = trial.last_step or 0
        self._begin = time.monotonic()
        self.saved = folder.load()
        self.last = self.saved or Checkpoint(0, (), 0, {}, {}, 0.0, b"")

    @property
    def seconds(self) -> float:
        """Seconds of work on the trial, those of earlier owners up to their checkpoint included."""
        return (self.saved.seconds if self.saved else 0.0) + time.monotonic() - self._begin

    @property
    def best_value(self) -> float | None:
        """Value of the best epoch so far; None before the first."""
        for row in self.last.history:
            if row["epoch"] == self.last.best_epoch:
                return float(row["value"])
        return None

    def settle(self) -> None:
        """Complete the reports and decisions of epochs that the last checkpoint holds.

        Its owner may have died between saving and reporting; after the database was restored from
        a backup, several epochs may be missing there. Raises as :meth:`report`.
        """
        if self.saved is None:
            return
        for row in self.saved.history:
            if row["epoch"] <= self._reported_epoch and row["epoch"] != self.saved.epoch:
                continue
            try:
                self._publish(row["epoch"], float(row["value"]))
            except Pruned:
                if row["epoch"] < self.saved.epoch:
                    self.last = self.saved.cut_after(row["epoch"])
                raise

    def saved_state(self) -> bytes | None:
        """As :class:`arcsweep.protocol.Reporter`."""
        return self.saved.state if self.saved else None

    def describe(self, facts: Mapping[str, Any]) -> None:
        """As :class:`arcsweep.protocol.Reporter`."""
        self.last = dataclasses.replace(self.last, facts={**self.last.facts, **facts})

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        """As :class:`arcsweep.protocol.Reporter`; raises Diverged for a value that is no number."""
        if not math.isfinite(report.value):
            raise Diverged(f"the objective was {report.value} at epoch {report.epoch}")
        self._leave_if_lost()
        self.last = self._extended(report, state)
        self._save()
        self._log(report)
        self._publish(report.epoch, report.value)

    def _save(self) -> None:
        """Save the epoch; wait where there is no room, because leaving would lose it."""
        begin = time.monotonic()
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                self._folder.save(self.last, self._token)
                return
            except OSError as error:
                waited_s = time.monotonic() - begin
                text = f"the checkpoint of trial {self.number} cannot be written"
                if not is_disk_full(error) or waited_s >= self._full_disk_s:
                    raise CheckpointFailed(f"{text}: {explained(error)}") from error
                logger.warning("%s, waiting (%.0f s so far): %s", text, waited_s, explained(error))
            wait(pause_s, self._leave_now)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _leave_now(self) -> None:
        leave = self._must_leave()
        if leave is not None:
            raise leave

    def _extended(self, report: EpochReport, state: Callable[[], bytes]) -> Checkpoint:
        best = self.best_value
        is_best = best is None or self._sign * report.value > self._sign * best
        row: dict[str, Any] = {"epoch": report.epoch, "value": report.value}
        if is_best:
            row["metrics"] = dict(report.metrics)
        return Checkpoint(
            epoch=report.epoch,
            history=(*self.last.history, row),
            best_epoch=report.epoch if is_best else self.last.best_epoch,
            best_metrics=dict(report.metrics) if is_best else self.last.best_metrics,
            facts=self.last.facts,
            seconds=self.seconds,
            state=state(),
        )

    def _publish(self, epoch: int, value: float) -> None:
        self._patiently(
            lambda: self._storage.set_trial_intermediate_value(self._trial_id, epoch, value)
        )
        if self._decision(epoch).prune:
            raise Pruned(f"pruned after epoch {epoch}")
        self._reported_epoch = max(self._reported_epoch, epoch)
        self._leave_now()

    def _decision(self, epoch: int) -> Decision:
        recorded = self._decided.get(str(epoch))
        if recorded is not None:
            decision = Decision(recorded["prune"], recorded["notes"])
        elif epoch < self._reported_epoch:
            return Decision(False, {})  # an earlier owner went on after this epoch
        else:
            decision = self._patiently(self._decide_now)
        if decision.notes or decision.prune:
            self._record(epoch, decision)
        return decision

    def _decide_now(self) -> Decision:
        return decide(self._study, self._storage.get_trial(self._trial_id))

    def _record(self, epoch: int, decision: Decision) -> None:
        row = {"prune": decision.prune, "notes": dict(decision.notes)}
        if self._decided.get(str(epoch)) != row:
            self._decided[str(epoch)] = row
            self._write_attr(DECISIONS_KEY, self._decided)
        for key, value in decision.notes.items():
            self._write_attr(key, value)

    def _write_attr(self, key: str, value: Any) -> None:
        self._patiently(lambda: self._storage.set_trial_system_attr(self._trial_id, key, value))

    def _leave_if_lost(self) -> None:
        leave = self._must_leave()
        if isinstance(leave, LeaseLost):
            raise leave

    def _log(self, report: EpochReport) -> None:
        logger.info(
            "trial %d · epoch %d · %.4f (best %.4f at epoch %d) · %.1f s",
            self.number,
            report.epoch,
            report.value,
            self.best_value,
            self.last.best_epoch,
            self.seconds,
        )
