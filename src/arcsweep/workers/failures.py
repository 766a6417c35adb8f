"""Stopping a sweep whose code is broken."""

import optuna
from optuna.trial import TrialState

from arcsweep.errors import ArcsweepError
from arcsweep.storage.leases import Leases
from arcsweep.workers.result import RESULT_KEY


class FailureLimit:
    """Programming errors since this process began; those of runs before were mended, or will show
    again."""

    def __init__(self, study: optuna.Study, leases: Leases, max_failed: int) -> None:
        self._study = study
        self._leases = leases
        self._max_failed = max_failed
        self._before = leases.failures()

    def check(self) -> None:
        """Raise ArcsweepError with the last traceback when ``max_failed`` is reached (0: never)."""
        if self._max_failed == 0:
            return
        n_failed = self._leases.failures() - self._before
        if n_failed >= self._max_failed:
            raise ArcsweepError(
                f"{n_failed} trials failed with a programming error (study.max_failed is"
                f" {self._max_failed}); mend it and rerun, failed trials cost no budget."
                f"{self._last_failure()}"
            )

    def _last_failure(self) -> str:
        failed = self._study.get_trials(deepcopy=False, states=(TrialState.FAIL,))
        if not failed:
            return ""
        result = failed[-1].user_attrs.get(RESULT_KEY, {})
        job = f"Slurm job {result['job']} on " if result.get("job") else ""
        place = f"trial {failed[-1].number}, {job}{result.get('host', 'an unknown host')}"
        return f" The last one ({place}):\n{result.get('reason', '')}"
