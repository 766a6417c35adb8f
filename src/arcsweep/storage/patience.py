"""Waiting for a database that does not answer."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from arcsweep.errors import StorageError
from arcsweep.storage.faults import is_transient, reason

T = TypeVar("T")
logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 15.0


def patiently(
    call: Callable[[], T], outage_s: float, checkpoint: Callable[[], None] | None = None
) -> T:
    """Return ``call()``, repeated while the database is out, for at most ``outage_s`` seconds.

    ``call`` must be safe to repeat: its effect may have landed although the answer was lost.
    ``checkpoint`` is called between tries, and every second of a pause, and may raise to leave
    early (a signal to stop).
    Raises StorageError when the outage lasts longer, and whatever else ``call`` raises at once.
    """
    begin = time.monotonic()
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            return call()
        except Exception as error:
            if not is_transient(error):
                raise
            waited_s = time.monotonic() - begin
            if waited_s > outage_s:
                raise StorageError(
                    f"the database did not answer for {waited_s:.0f} s (workers.outage_s is"
                    f" {outage_s:.0f}): {reason(error)}; mend that, or start the database again,"
                    " and rerun the same command"
                ) from error
            if pause_s > FIRST_PAUSE_S * 4:
                logger.warning(
                    "the database does not work, waiting (%.0f s so far): %s",
                    waited_s,
                    reason(error),
                )
        wait(pause_s, checkpoint)
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def wait(pause_s: float, checkpoint: Callable[[], None] | None) -> None:
    """Wait ``pause_s`` seconds, calling ``checkpoint``, which may raise, at least every second."""
    end = time.monotonic() + pause_s
    while True:
        if checkpoint is not None:
            checkpoint()
        left_s = end - time.monotonic()
        if left_s <= 0:
            return
        time.sleep(min(left_s, 1.0))
