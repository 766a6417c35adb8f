"""Several workers in one Slurm task, for a GPU that one of them would not fill."""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from arcsweep.config.workers import WorkersConfig
from arcsweep.errors import ArcsweepError
from arcsweep.scheduler import StopSignals

logger = logging.getLogger(__name__)

POLL_S = 0.2


def workers_of_task(task: int, workers: WorkersConfig) -> range:
    """Indices of the workers that task ``task`` of the array runs."""
    first = task * workers.per_task
    return range(first, min(first + workers.per_task, workers.count))


def run_side_by_side(indices: Sequence[int], config_files: Sequence[str]) -> None:
    """Run these workers as processes of their own and return when all have ended.

    A signal to leave is passed on to them; each saves its trial and gives it back. When one is
    lost the others go on. Raises ArcsweepError when any of them did not end well.
    """
    configs = [word for file in config_files for word in ("--config", file)]
    with StopSignals() as stop:
        children = {
            index: subprocess.Popen(
                [sys.executable, "-m", "arcsweep", "worker", "--index", str(index), *configs]
            )
            for index in indices
        }
        is_told = False
        while any(child.poll() is None for child in children.values()):
            if not is_told and stop.reason() is not None:
                logger.info("%s: told to workers %s", stop.reason(), list(indices))
                for child in children.values():
                    child.send_signal(signal.SIGTERM)
                is_told = True
            time.sleep(POLL_S)
        failed = {index: child.returncode for index, child in children.items() if child.returncode}
        if failed:
            raise ArcsweepError(
                "; ".join(f"worker {index} {_ending(code)}" for index, code in failed.items())
                + "; see the log above"
            )


def _ending(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
