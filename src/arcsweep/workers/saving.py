"""Checkpoints written beside the training that they are of."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from arcsweep.errors import explained, is_disk_full
from arcsweep.protocol import StopTraining
from arcsweep.storage.patience import FIRST_PAUSE_S, LONGEST_PAUSE_S, wait
from arcsweep.workers.checkpoint import Checkpoint

logger = logging.getLogger(__name__)


class CheckpointFailed(StopTraining):
    """The file system refused the checkpoint."""


class Saving:
    """Saves one trial's checkpoints in a thread of its own, one after the other.

    save: writes one; its OSError is waited out while the disk is full, else CheckpointFailed.
    leave_now: raises to leave while a full disk is waited for; called in the thread.
    full_disk_s: seconds that a checkpoint is kept in memory while the disk has no room for it.
    """

    def __init__(
        self,
        save: Callable[[Checkpoint], None],
        trial: int,
        leave_now: Callable[[], None],
        full_disk_s: float,
    ) -> None:
        self._save = save
        self._trial = trial
        self._leave_now = leave_now
        self._full_disk_s = full_disk_s
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._pending: Future[None] | None = None
        self._is_stuck = False

    def start(self, checkpoint: Checkpoint) -> None:
        """Save ``checkpoint`` from now on; the one before must have been waited for."""
        self._is_stuck = False
        self._pending = self._pool.submit(self._until_saved, checkpoint)

    def wait(self) -> None:
        """Wait until the last one is saved; raises what saving it raised, once."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()

    def wait_if_stuck(self) -> None:
        """As :meth:`wait` when the disk has refused the last one; else goes on at once."""
        if self._is_stuck:
            self.wait()

    def close(self) -> None:
        """Wait for the last one; a failure is a warning, as something else ends the training."""
        try:
            self.wait()
        except (StopTraining, OSError) as error:
            logger.warning("the last epoch of trial %d was not saved: %s", self._trial, error)
        finally:
            self._pool.shutdown()

    def _until_saved(self, checkpoint: Checkpoint) -> None:
        """Save; wait where there is no room, because leaving would lose the epoch."""
        begin = time.monotonic()
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                self._save(checkpoint)
                return
            except OSError as error:
                self._is_stuck = True
                waited_s = time.monotonic() - begin
                text = f"the checkpoint of trial {self._trial} cannot be written"
                if not is_disk_full(error) or waited_s >= self._full_disk_s:
                    raise CheckpointFailed(f"{text}: {explained(error)}") from error
                logger.warning("%s, waiting (%.0f s so far): %s", text, waited_s, explained(error))
            wait(pause_s, self._leave_now)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
