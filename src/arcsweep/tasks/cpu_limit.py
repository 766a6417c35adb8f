"""A bound on the CPU time of code that may never end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class CpuLimitExceeded(BaseException):
    """No Exception, so that the code that is bounded does not swallow it."""


@contextmanager
def cpu_limit(limit_s: float) -> Iterator[None]:
    """Raise CpuLimitExceeded in the block once the process has computed for ``limit_s`` seconds.

    CPU time, not the clock: a busy or suspended machine must not change an outcome. Only the main
    thread receives signals; in any other the block runs unbounded.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _raise)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _raise(signum: int, frame: FrameType | None) -> None:
    raise CpuLimitExceeded
