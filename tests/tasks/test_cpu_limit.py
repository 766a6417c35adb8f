"""Code that never ends is stopped, and code that ends is left alone."""

import signal
import threading
import time

import pytest

from arcsweep.tasks.cpu_limit import CpuLimitExceeded, cpu_limit


def compute(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_block_that_computes_too_long_is_stopped_though_it_swallows_exceptions() -> None:
    def stubborn() -> None:
        while True:
            try:
                compute(1)
            except Exception:  # noqa: BLE001 - as foreign programs do
                continue

    with pytest.raises(CpuLimitExceeded), cpu_limit(0.05):
        stubborn()


def test_time_asleep_does_not_count() -> None:
    with cpu_limit(0.1):
        time.sleep(0.3)


def test_nothing_is_left_armed_after_the_block() -> None:
    with cpu_limit(0.1):
        pass
    compute(0.2)
    assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL


def test_block_in_another_thread_runs_unbounded() -> None:
    ran = []

    def bounded() -> None:
        with cpu_limit(0.1):
            ran.append(True)

    thread = threading.Thread(target=bounded)
    thread.start()
    thread.join()
    assert ran == [True]
