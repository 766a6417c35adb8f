"""One running PostgreSQL server: started, watched and stopped by its supervisor."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from arcsweep.errors import StorageError
from arcsweep.storage.account import ServerAccount
from arcsweep.storage.binaries import postgres_program
from arcsweep.storage.cluster import ENVIRONMENT
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.processes import ProcessIdentity

START_TIMEOUT_S = 60.0
FAST_STOP_TIMEOUT_S = 20.0
IMMEDIATE_STOP_TIMEOUT_S = 10.0
MAX_LOG_BYTES = 20_000_000


class Postmaster:
    """The server process over ``folder.data``, a child of the calling process."""

    def __init__(self, folder: DatabaseFolder, account: ServerAccount) -> None:
        self._folder = folder
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, pulse: Callable[[], None]) -> None:
        """Start the server and wait until it accepts connections.

        pulse: called again and again meanwhile; what it raises ends the wait.
        Raises StorageError, with the end of the server's log, when it stops before that.
        """
        command = [str(postgres_program("postgres")), "-D", str(self._folder.data)]
        self._keep_log_small()
        log_size = _size(self._folder.server_log)
        with open_private_log(self._folder.server_log) as log:
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=ENVIRONMENT,
                    preexec_fn=self._account.enter_as_child,
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise StorageError(f"{command[0]} cannot be run: {error}") from error
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StorageError(
                    f"PostgreSQL did not start in {self._folder.root}: "
                    f"{self._log_since(log_size)} (see {self._folder.server_log})"
                )
            pulse()
            time.sleep(0.02)

    def running(self) -> bool:
        """Whether the process is there; reaps it when it is not."""
        return self._process is not None and self._process.poll() is None

    def stop(self, pulse: Callable[[], None] = lambda: None) -> None:
        """Shut down cleanly; clients are disconnected, what was committed is on disk.

        pulse: called again and again meanwhile.
        """
        if self._process is None:
            return
        for stop_signal, timeout_s in _STOP_STEPS:
            self._process.send_signal(stop_signal)
            deadline = time.monotonic() + timeout_s
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    return
                pulse()
                time.sleep(0.02)

    def abandon(self) -> None:
        """Stop at once, without a checkpoint: the data may belong to another host by now."""
        if self.running() and self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(2.0)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _accepts(self) -> bool:
        # PostgreSQL writes its state to the eighth line of this file.
        lines = _pid_file_lines(self._folder.data)
        return (
            self._process is not None
            and len(lines) >= 8
            and lines[0] == str(self._process.pid)
            and lines[7].strip() == "ready"
        )

    def _keep_log_small(self) -> None:
        log = self._folder.server_log
        if _size(log) > MAX_LOG_BYTES:
            log.replace(log.with_suffix(".log.old"))

    def _log_since(self, offset: int) -> str:
        with self._folder.server_log.open("rb") as log:
            log.seek(offset)
            lines = log.read().decode(errors="replace").splitlines()
        return " ".join(lines[-3:])


_STOP_STEPS = (
    (signal.SIGINT, FAST_STOP_TIMEOUT_S),
    (signal.SIGQUIT, IMMEDIATE_STOP_TIMEOUT_S),
    (signal.SIGKILL, IMMEDIATE_STOP_TIMEOUT_S),
)


def stop_leftover(data: Path) -> None:
    """Stop a server over ``data`` on this host that lost its supervisor, and tidy up after it.

    A process number in ``postmaster.pid`` that another program has by now, or that a dead process
    still has whose parent took no notice, would keep PostgreSQL from starting; the file is removed
    then. Raises StorageError when the server does not stop.
    """
    lines = _pid_file_lines(data)
    if not lines or not lines[0].isdigit():
        return
    leftover = ProcessIdentity.of(int(lines[0]))
    if leftover is None or _working_directory(leftover.pid) != data.resolve():
        (data / "postmaster.pid").unlink()
        return
    for stop_signal, timeout_s in _STOP_STEPS[:2]:
        os.kill(leftover.pid, stop_signal)
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if not leftover.alive():
                return
            time.sleep(0.05)
    raise StorageError(
        f"a PostgreSQL server over {data} does not stop (process {leftover.pid}); "
        f"end it with `kill -QUIT {leftover.pid}` and start again"
    )


def _working_directory(pid: int) -> Path | None:
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def _pid_file_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def open_private_log(path: Path) -> IO[bytes]:
    """Open ``path`` for appending, readable by its owner alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "ab")
