"""Daemons without systemd: started in the foreground, remembered by process id."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from testcluster.errors import ClusterUnavailableError

STOP_TIMEOUT_S = 10


@dataclass(frozen=True)
class Daemon:
    """A process that this cluster started; the start time tells it from a reused id."""

    name: str
    pid: int
    started_at: float

    @classmethod
    def start(cls, name: str, command: list[str], folder: Path, *, user: str = "root") -> "Daemon":
        """Run ``command`` as ``user`` in a session of its own, output in ``folder/NAME.out``."""
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("SLURM_", "SBATCH_"))
        }
        # slurmctld and slurmdbd look for their other files beside this one.
        environment["SLURM_CONF"] = str(folder / "slurm.conf")
        with (folder / f"{name}.out").open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=environment,
                user=user,
                group=user,
                start_new_session=True,
            )
        return cls(name, process.pid, psutil.Process(process.pid).create_time())

    def is_running(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started_at) < 1
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def stop(self) -> None:
        """SIGTERM, then SIGKILL after STOP_TIMEOUT_S; returns when the process is gone."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.is_running():
                os.kill(self.pid, number)
            if wait_until(lambda: not self.is_running(), STOP_TIMEOUT_S):
                self._reap()
                return

    def _reap(self) -> None:
        # Only the process that started it can; for everyone else init does.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)


def save(daemons: list[Daemon], path: Path) -> None:
    """Remember ``daemons`` for a later ``down`` from another process."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps([asdict(daemon) for daemon in daemons]))
    temporary.replace(path)


def load(path: Path) -> list[Daemon]:
    """The daemons of the last ``save``; empty when there was none."""
    if not path.exists():
        return []
    return [Daemon(**fields) for fields in json.loads(path.read_text())]


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Poll ``condition`` until it holds; False after ``timeout_s`` seconds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def wait_ready(what: str, condition: Callable[[], bool], log: Path, timeout_s: float = 60) -> None:
    """Wait for a daemon to answer; raises ClusterUnavailableError with the end of its log."""
    if not wait_until(condition, timeout_s):
        tail = log.read_text(errors="replace")[-1500:] if log.exists() else "(no log)"
        raise ClusterUnavailableError(
            f"{what} did not come up in {timeout_s:.0f} s; {log} ends:\n{tail}"
        )
