"""One Snakemake at a time in a folder: a lock that ends with its holder, however it ends.

Snakemake's own lock outlives a killed process and then refuses the same command; the profiles
switch it off (``nolock``) and this one takes its place.
"""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from arcsweep.errors import ArcsweepError

_held: list[IO[str]] = []  # the kernel drops the lock when this process ends


def hold_controller_lock(path: Path) -> None:
    """Take the lock for as long as this process lives.

    Raises ArcsweepError, naming the holder, when another process has it, and where the file system
    has no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("a+")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        stream.seek(0)
        holder = stream.read().strip() or "another process"
        stream.close()
        raise ArcsweepError(
            f"{holder} already runs a workflow in this folder ({path}); wait for it or stop it"
        ) from error
    except OSError as error:
        stream.close()
        raise ArcsweepError(
            f"{path} cannot be locked ({error.strerror}); keep the working directory on a file"
            " system with file locks (flock)"
        ) from error
    stream.truncate(0)
    stream.write(f"snakemake (pid {os.getpid()} on {socket.gethostname()})\n")
    stream.flush()
    _held.append(stream)
