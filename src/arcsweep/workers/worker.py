"""One worker: takes trials until the study's budget is covered."""

import hashlib
import json
import logging
import random
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import optuna
from optuna.trial import FrozenTrial, TrialState

from arcsweep.errors import ArcsweepError, StorageError, explained, is_file_system_fault
from arcsweep.protocol import Objective, StopTraining, TrialOutcome
from arcsweep.storage import faults
from arcsweep.storage.automatic_backups import AutomaticBackups
from arcsweep.storage.leases import Claim, Leases, Standing
from arcsweep.storage.optuna_storage import WriterIdentity
from arcsweep.storage.patience import patiently
from arcsweep.study.space import Space
from arcsweep.workers.checkpoint import CheckpointFolder
from arcsweep.workers.epoch_log import logged
from arcsweep.workers.failures import FailureLimit
from arcsweep.workers.heartbeat import Heartbeat
from arcsweep.workers.reporter import GiveBack, LeaseLost, Pruned, TrialReporter
from arcsweep.workers.result import RESULT_KEY, trial_result
from arcsweep.workers.saving import CheckpointFailed

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Stopped(ArcsweepError):  # noqa: N818 - a signal to leave, not an error
    """The worker was told to stop; its trial was given back."""


@dataclass(frozen=True)
class WorkerSettings:
    """What a worker is told; see the config sections study and workers."""

    lease_s: float
    outage_s: float
    max_failed: int
    max_stuck: int
    seed: int
    meaning: str = ""
    """Digest of the study's fingerprint."""
    tensorboard: Path | None = None


class Worker:
    """Runs trials of one study, one at a time, each under a lease."""

    def __init__(
        self,
        study: optuna.Study,
        space: Space,
        objective: Objective,
        leases: Leases,
        identity: WriterIdentity,
        checkpoints: Path,
        settings: WorkerSettings,
        stop_reason: Callable[[], str | None],
        backups: AutomaticBackups | None = None,
    ) -> None:
        self._study = study
        self._space = space
        self._objective = objective
        self._leases = leases
        self._identity = identity
        self._checkpoints = checkpoints
        self._settings = settings
        self._stop_reason = stop_reason
        self._backups = backups
        self._heartbeat = Heartbeat(leases, settings.lease_s)
        self.n_finished = 0

    def run(self) -> Standing:
        """Work until finished trials and those of other live workers reach the budget.

        Raises Stopped when told to stop, ArcsweepError when the sweep cannot go on.
        """
        try:
            failures = self._patiently(
                lambda: FailureLimit(self._study, self._leases, self._settings.max_failed)
            )
            while True:
                self._stop_if_told()
                self._patiently(failures.check)
                claim = self._patiently(self._leases.claim)
                if isinstance(claim, Claim):
                    self._work(claim)
                    if self._backups is not None:
                        self._backups.make_if_due(self._stop_if_told)
                elif claim.is_covered:
                    return claim
                else:
                    # A silent owner: it gives a sign, or its trial becomes ours to go on with.
                    time.sleep(random.uniform(0.3, 1.0) * min(1.0, self._settings.lease_s / 10))
        finally:
            self._heartbeat.stop()

    def _patiently(self, call: Callable[[], T]) -> T:
        return patiently(call, self._settings.outage_s, self._stop_if_told)

    def _stop_if_told(self) -> None:
        reason = self._stop_reason()
        if reason is not None:
            raise Stopped(f"stopped: {reason}")

    def _work(self, claim: Claim) -> None:
        """Bring the claimed trial to an end, or give it back."""
        self._identity.token = claim.token
        try:
            trial_id = self._patiently(lambda: self._trial_of(claim))
            if trial_id is None:
                return
            self._heartbeat.hold(claim.token)
            self._run_trial(claim, trial_id)
        except LeaseLost:
            logger.warning("trial was taken over by another worker, leaving it")
        except Exception as error:
            if not faults.is_not_owner(error):
                self._give_back(claim)
                raise
            logger.warning("trial was taken over by another worker, leaving it")
        except BaseException:
            self._give_back(claim)
            raise
        finally:
            self._heartbeat.hold(None)

    def _trial_of(self, claim: Claim) -> int | None:
        """The claimed trial, created if it is new; None when the budget was spent meanwhile.

        Safe to repeat: a creation whose answer was lost is found by its token.
        """
        if claim.trial_id is not None:
            return claim.trial_id
        created = self._leases.trial_of(claim.token)
        if created is not None:
            return created
        try:
            return int(self._study._storage.create_new_trial(self._study._study_id))
        except Exception as error:
            if faults.is_budget_spent(error):
                return None
            raise

    def _run_trial(self, claim: Claim, trial_id: int) -> None:
        params = self._patiently(lambda: self._params(claim, trial_id))
        trial = self._patiently(lambda: self._study._storage.get_trial(trial_id))
        folder = CheckpointFolder(
            self._checkpoints / f"trial-{trial.number}", self._training_identity(params)
        )
        try:
            reporter = TrialReporter(
                self._study,
                trial,
                claim.token,
                folder,
                self._patiently,
                lambda: self._must_leave(claim),
                full_disk_s=self._settings.outage_s,
            )
        except OSError as error:
            raise StorageError(
                f"the checkpoints of trial {trial.number} cannot be read: {explained(error)}"
            ) from error
        self._announce(claim, trial, params, reporter)
        with closing(reporter):
            outcome, reason = self._train(claim, params, reporter)
        state = {"complete": TrialState.COMPLETE, "failed": TrialState.FAIL}.get(
            outcome, TrialState.PRUNED
        )
        owner = self._identity.described
        result = trial_result(outcome, reason, params, reporter, self._settings.seed, owner)
        self._tell(trial, reporter, state, result)
        folder.remove()

    def _params(self, claim: Claim, trial_id: int) -> dict[str, Any]:
        """Sampled parameters, those that an earlier owner drew included."""
        params: dict[str, Any] = dict(self._study._storage.get_trial(trial_id).params)
        if not self._space.is_complete(params):
            if claim.trial_id is not None:
                # Optuna's cache takes no parameter for a trial that it has not met, and a
                # start-up trial's sampler reads none.
                self._study.get_trials(deepcopy=False)
            params = self._space.suggest(optuna.trial.Trial(self._study, trial_id))
        return self._space.effective(params)

    def _training_identity(self, params: dict[str, Any]) -> str:
        """Equal for trainings that come out equal: a trial's number may be given out again."""
        seed, meaning = self._settings.seed, self._settings.meaning
        text = json.dumps([meaning, seed, params], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _must_leave(self, claim: Claim) -> StopTraining | None:
        if self._heartbeat.is_lost(claim.token):
            return LeaseLost()
        reason = self._stop_reason()
        return GiveBack(reason) if reason is not None else None

    def _train(
        self, claim: Claim, params: dict[str, Any], reporter: TrialReporter
    ) -> tuple[str, str]:
        """(outcome, reason) of the trial; raises what ends the worker's ownership instead."""
        if claim.fruitless >= self._settings.max_stuck:
            return "stuck", f"{claim.fruitless} workers were lost without finishing an epoch"
        try:
            reporter.settle()
            with logged(
                reporter, lambda: reporter.last.history, self._log_folder(reporter)
            ) as told:
                self._objective.train(params, self._settings.seed, told)
            reporter.finish()
        except Pruned as pruned:
            return "pruned", str(pruned)
        except TrialOutcome as ended:
            return ended.name, str(ended)
        except GiveBack as leave:
            raise Stopped(f"stopped: {leave}") from None
        except CheckpointFailed as error:
            self._leave_if_lost(claim)
            raise StorageError(f"{error}. The trial was given back") from error
        except (ArcsweepError, LeaseLost):
            raise
        except Exception as error:
            if isinstance(error, OSError) and is_file_system_fault(error):
                raise StorageError(
                    f"trial {reporter.number} cannot go on: {explained(error)}. It was given back"
                ) from error
            if faults.is_not_owner(error) or faults.is_transient(error):
                raise
            logger.exception("trial %d failed", reporter.number)
            return "failed", traceback.format_exc(limit=-20)
        if reporter.best_value is None:
            return "failed", "the training function returned without reporting an epoch"
        return "complete", ""

    def _leave_if_lost(self, claim: Claim) -> None:
        """Raise LeaseLost if the trial has another owner, whose tidying up may be what failed."""
        if not self._patiently(lambda: self._leases.renew(claim.token)):
            raise LeaseLost

    def _log_folder(self, reporter: TrialReporter) -> Path | None:
        folder = self._settings.tensorboard
        return None if folder is None else folder / f"trial-{reporter.number:04d}"

    def _tell(
        self, trial: FrozenTrial, reporter: TrialReporter, state: TrialState, result: dict[str, Any]
    ) -> None:
        storage = self._study._storage
        self._patiently(lambda: storage.set_trial_user_attr(trial._trial_id, RESULT_KEY, result))
        value = reporter.best_value if state == TrialState.COMPLETE else None

        def tell() -> None:
            if storage.get_trial(trial._trial_id).state.is_finished():
                return  # told before; the answer was lost in an outage
            self._study.tell(trial.number, value, state=state)

        self._patiently(tell)
        self.n_finished += state != TrialState.FAIL
        standing = self._patiently(self._leases.standing)
        logger.info(
            "trial %d %s after %d epochs%s · %d of %d trials finished",
            trial.number,
            result["outcome"],
            result["epochs_run"],
            "" if value is None else f", best {value:.4f} at epoch {result['best_epoch']}",
            standing.finished,
            standing.n_trials,
        )

    def _give_back(self, claim: Claim) -> None:
        """Release the lease; an outage now only means that it runs out by itself."""
        self._heartbeat.hold(None)
        try:
            self._leases.release(claim.token)
        except Exception as error:
            if not faults.is_transient(error):
                raise
            logger.warning("database does not answer, the trial's lease runs out by itself")

    def _announce(
        self, claim: Claim, trial: FrozenTrial, params: dict[str, Any], reporter: TrialReporter
    ) -> None:
        shown = ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in params.items()
        )
        if claim.trial_id is None:
            logger.info("trial %d starts: %s", trial.number, shown)
        else:
            logger.info(
                "trial %d goes on after epoch %d: %s", trial.number, reporter.last.epoch, shown
            )
