"""One controller at a time: locks that end with their holder, however it ends.

Snakemake's own lock outlives a killed process and then refuses the same command; the profiles
switch it off (``nolock``) and this one takes its place. The controller of a worker array holds a
second one, because it outlives a Snakemake that was killed.
"""

import fcntl
import os
import socket
import time
from pathlib import Path
from typing import IO

from arcsweep.errors import ArcsweepError

POLL_S = 0.5
_held: list[IO[str]] = []  # the kernel drops the locks when this process ends


def hold_controller_lock(path: Path, what: str = "runs a workflow", wait_s: float = 2.0) -> None:
    """Take the lock for as long as this process lives, waiting for ``wait_s`` seconds at most.

    A lock that seems taken may be free: :func:`lock_holder` has it for an instant.
    ``what`` the holder does, for whoever meets the lock. Raises ArcsweepError, naming the holder,
    when another process keeps it, and where the file system has no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("a+")
    deadline = time.monotonic() + wait_s
    while not _try_lock(stream, path):
        if time.monotonic() >= deadline:
            holder = _content(stream) or "another process"
            stream.close()
            raise ArcsweepError(
                f"{holder} already {what} in this folder ({path}); wait for it or stop it"
            )
        time.sleep(POLL_S)
    stream.truncate(0)
    stream.write(f"pid {os.getpid()} on {socket.gethostname()}\n")
    stream.flush()
    _held.append(stream)


def lock_holder(path: Path) -> str | None:
    """Who holds the lock now, in words; None when nobody does."""
    try:
        with path.open("r") as stream:
            return None if _try_lock(stream, path) else _content(stream)
    except FileNotFoundError:
        return None


def _try_lock(stream: IO[str], path: Path) -> bool:
    kind = fcntl.LOCK_EX if stream.writable() else fcntl.LOCK_SH
    try:
        fcntl.flock(stream, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise ArcsweepError(
            f"{path} cannot be locked ({error.strerror}); keep the working directory on a file"
            " system with file locks (flock)"
        ) from error
    return True


def _content(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read().strip()
