"""Many worker processes at once, forked from one that has imported everything already.

Sixty-four interpreters that each import Optuna would spend minutes on importing. The server that
they are forked from opens no connection and runs no thread, so that every worker is a process with
connections of its own.
"""

import logging
import multiprocessing
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from sweep import make_worker
from toy import ToyObjective

from arcsweep.scheduler import StopSignals
from arcsweep.workers.worker import Stopped

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["crowd"])


def work(url: str, checkpoints: str, epoch_s: float) -> None:
    """A worker that leaves in order when it is told to."""
    logging.basicConfig(level=logging.WARNING)
    with StopSignals() as stop:
        worker = make_worker(
            url, Path(checkpoints), ToyObjective(epochs=3, epoch_s=epoch_s), stop_reason=stop.reason
        )
        try:
            worker.run()
        except Stopped:
            logging.getLogger(__name__).info("left early")


@dataclass
class Crowd:
    """Workers that come late and leave early, as ``rng`` will have it."""

    url: str
    checkpoints: Path
    rng: random.Random
    workers: list[BaseProcess] = field(default_factory=list)
    parted: dict[int, signal.Signals] = field(default_factory=dict)

    @property
    def left(self) -> Counter[str]:
        """Signal → how many workers left by it."""
        return Counter(how.name for how in self.parted.values())

    def join(self, n_workers: int) -> None:
        for _ in range(n_workers):
            process = FORKS.Process(target=work, args=(self.url, str(self.checkpoints), 0.001))
            process.start()
            self.workers.append(process)

    def part(self) -> None:
        """One worker leaves, told to or killed, and another takes its place."""
        alive = self.at_work()
        if not alive:
            return
        victim, how = self.rng.choice(alive), self.rng.choice([signal.SIGTERM, signal.SIGKILL])
        worker = self.workers[victim]
        worker.kill() if how == signal.SIGKILL else worker.terminate()
        self.parted[victim] = how
        self.join(1)

    def at_work(self) -> list[int]:
        """Numbers of the workers that run and were not told to leave."""
        return [
            number
            for number, worker in enumerate(self.workers)
            if number not in self.parted and worker.is_alive()
        ]

    def wait(self, timeout_s: float) -> None:
        """Until every worker has ended, well or by its signal."""
        deadline = time.monotonic() + timeout_s
        for worker in self.workers:
            worker.join(max(0.0, deadline - time.monotonic()))
            assert worker.exitcode is not None, f"a worker still runs after {timeout_s} s"
        # A signal may also come before the worker listens for it.
        for number, worker in enumerate(self.workers):
            assert worker.exitcode in (0, -self.parted.get(number, 0)), worker
