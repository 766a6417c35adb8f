"""The engine's side of a running trial: its checkpoints, reports and pruning decisions."""

import copy
import dataclasses
import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import optuna
from optuna.trial import FrozenTrial

from arcsweep.protocol import Diverged, EpochReport, StopTraining
from arcsweep.study.pruner import Decision, decide
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder
from arcsweep.workers.saving import Saving

logger = logging.getLogger(__name__)

DECISIONS_KEY = "arcsweep:decisions"


class Pruned(StopTraining):
    """The pruner ended the trial."""


class GiveBack(StopTraining):
    """This worker must stop; another one goes on with the trial."""


class LeaseLost(StopTraining):
    """The trial belongs to another worker by now."""


class TrialReporter:
    """Implements :class:`arcsweep.protocol.Reporter` for one owned trial.

    A finished epoch is saved while the next one trains, which is reported, and the trial ended,
    only once that is done: what the database knows is at most one epoch ahead of what can be gone
    on from. A pruning decision and the pruner's notes are recorded in one write before they take
    effect: whoever goes on with the trial decides nothing twice.

    trial: as the database has it; from then on only its owner changes it, so that the pruner is
        asked about this copy, kept up to date, instead of reading it anew after every epoch.
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
        self._storage = study._storage
        self._trial = copy.deepcopy(trial)
        self._trial_id = trial._trial_id
        self.number = trial.number
        self._saving = Saving(
            lambda checkpoint: folder.save(checkpoint, token),
            trial.number,
            self._leave_now,
            full_disk_s,
        )
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
        self._saving.wait()
        self.last = self._extended(report, state)
        self._saving.start(self.last)
        self._log(report)
        try:
            self._publish(report.epoch, report.value)
        except Pruned:
            self._saving.wait()
            raise
        self._saving.wait_if_stuck()

    def finish(self) -> None:
        """Wait until the last epoch is saved; raises CheckpointFailed, GiveBack or LeaseLost."""
        self._saving.wait()

    def close(self) -> None:
        """Let go of the trial; what is being saved is saved before."""
        self._saving.close()

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
        self._trial.intermediate_values[epoch] = value
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
            decision = self._patiently(lambda: decide(self._study, self._trial))
        if decision.notes or decision.prune:
            self._record(epoch, decision)
        return decision

    def _record(self, epoch: int, decision: Decision) -> None:
        row = {"prune": decision.prune, "notes": dict(decision.notes)}
        if self._decided.get(str(epoch)) != row:
            self._decided = {**self._decided, str(epoch): row}
            self._write_attr(DECISIONS_KEY, self._decided)
        for key, value in decision.notes.items():
            self._write_attr(key, value)

    def _write_attr(self, key: str, value: Any) -> None:
        self._patiently(lambda: self._storage.set_trial_system_attr(self._trial_id, key, value))
        self._trial.system_attrs[key] = value

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
