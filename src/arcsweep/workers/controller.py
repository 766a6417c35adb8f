"""Keeping a sweep's worker array full until its budget is finished."""

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path

from arcsweep.errors import ArcsweepError
from arcsweep.storage.leases import Standing
from arcsweep.storage.patience import patiently
from arcsweep.workers.slurm_array import SlurmArray, Task

logger = logging.getLogger(__name__)

FAILED_STARTS = 3
"""Tasks that may end for each place of the array while no trial moves on at all."""

LOG_TAIL_LINES = 15

LAST_POLL_S = 1.0
"""Seconds between two looks when nothing is left to submit: the sweep is about to end."""


class OrphanedError(ArcsweepError):
    """The workflow that wanted the sweep is gone; the tasks are its successor's."""


class ArrayController:
    """Submits the worker array, replaces tasks that are lost, and cancels those that still wait
    when the budget is finished.

    It may be killed at any moment: tasks are found again by their job name, and the budget is in
    the database.

    per_task: workers that share one task. check: raises what must end the sweep. outage_s: seconds
    that a database may be out. stop_reason: why to leave and take the tasks along. orphaned:
    whether the workflow that wanted the sweep is gone; its successor then gets the tasks.
    """

    def __init__(
        self,
        array: SlurmArray,
        n_tasks: int,
        standing: Callable[[], Standing],
        check: Callable[[], None],
        outage_s: float,
        stop_reason: Callable[[], str | None],
        orphaned: Callable[[], bool] = lambda: False,
        per_task: int = 1,
        poll_s: float = 5.0,
    ) -> None:
        self._array = array
        self._n_tasks = n_tasks
        self._per_task = per_task
        self._orphaned = orphaned
        self._read_standing = standing
        self._check = check
        self._outage_s = outage_s
        self._stop_reason = stop_reason
        self._poll_s = poll_s
        self._seen: dict[str, Task] = {}
        self._fruitless: list[Task] = []
        self._progress = (-1, -1)

    def run(self) -> Standing:
        """Return once all trials of the budget have finished.

        Raises ArcsweepError when told to stop, when tasks keep ending while no trial moves on,
        and whatever ``check`` raises; the tasks are cancelled then and give their trials back.
        Also when Slurm refuses the array.
        """
        standing = self._standing()
        logger.info("%s", standing)
        while standing.finished < standing.n_trials:
            self._leave_if_told()
            self._check_or_cancel()
            tasks = self._array.live()
            if tasks is not None:  # Slurm not answering is no news: never submit twice
                self._watch(tasks, standing)
                self._fill(tasks, standing)
            time.sleep(min(self._poll_s, LAST_POLL_S) if standing.is_covered else self._poll_s)
            standing = self._standing()
        self._array.cancel(waiting_only=True)
        return standing

    def _standing(self) -> Standing:
        return patiently(self._read_standing, self._outage_s, self._leave_if_told)

    def _leave_if_told(self) -> None:
        if self._orphaned():
            raise OrphanedError(
                "the Snakemake that started this sweep is gone; its Slurm tasks go on, and the same"
                " command adopts them"
            )
        reason = self._stop_reason()
        if reason is None:
            return
        self._array.cancel()
        raise ArcsweepError(
            f"stopped: {reason}. Its Slurm tasks were cancelled and give their trials back; the"
            " same command goes on"
        )

    def _check_or_cancel(self) -> None:
        try:
            patiently(self._check, self._outage_s, self._leave_if_told)
        except OrphanedError:
            raise
        except ArcsweepError:
            self._array.cancel()
            raise

    def _watch(self, tasks: list[Task], standing: Standing) -> None:
        """Notice tasks that end again and again while no trial moves on."""
        progress = (standing.finished, standing.epochs)
        now = {task.job_id: task for task in tasks}
        ended = [task for job_id, task in self._seen.items() if job_id not in now]
        if progress != self._progress:
            self._fruitless.clear()
        self._fruitless += [task for task in ended if task.state == "RUNNING"]
        self._seen, self._progress = now, progress
        if len(self._fruitless) < FAILED_STARTS * self._n_tasks:
            return
        self._array.cancel()
        last = self._fruitless[-1]
        log = task_log(self._array.log, last)
        raise ArcsweepError(
            f"{len(self._fruitless)} worker tasks ended and no trial moved on; the last was Slurm"
            f" job {last.job_id}, its log {log} ends with:\n{tail(log)}"
        )

    def _fill(self, tasks: list[Task], standing: Standing) -> None:
        missing = sorted(set(range(self._n_tasks)) - {task.index for task in tasks})
        n_wanted = math.ceil(standing.n_open / self._per_task) - _n_idle(tasks)
        wanted = missing[: max(0, n_wanted)]
        if wanted:
            job_id = self._array.submit(wanted)
            logger.info(
                "Slurm job %s: %s submitted (%d already there)",
                job_id,
                _amount(len(wanted), self._per_task),
                len(tasks),
            )


def _amount(n_tasks: int, per_task: int) -> str:
    noun = "worker" if per_task == 1 else f"task of {per_task} workers"
    plural = "workers" if per_task == 1 else f"tasks of {per_task} workers"
    return f"{n_tasks} {noun if n_tasks == 1 else plural}"


def task_log(pattern: Path, task: Task) -> Path:
    """The log that sbatch made of ``pattern`` for ``task``."""
    job, _, index = task.job_id.partition("_")
    return Path(str(pattern).replace("%A", job).replace("%a", index))


def tail(log: Path) -> str:
    """The last lines of a log; says so when it cannot be read."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
    except OSError as error:
        return f"(cannot be read: {error.strerror})"


def _n_idle(tasks: list[Task]) -> int:
    """Tasks that have not claimed a trial yet and will: those that wait or have just started."""
    return sum(task.state == "PENDING" or task.elapsed_s < 20 for task in tasks)
