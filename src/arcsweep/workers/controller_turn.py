"""Which controller of a sweep may submit and cancel: the one that came last.

`arcsweep sweep` outlives a Snakemake that is killed, and the same command then starts a second one.
Both would fill the array. A new controller therefore takes the turn, and an older one that finds it
gone leaves and touches nothing.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from arcsweep.errors import ArcsweepError


class ControllerTurn:
    """The turn of the calling process, taken when this is made.

    path: a file on the file system that all controllers of the sweep share, with file locks.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = f"pid {os.getpid()} on {socket.gethostname()}, {os.urandom(8).hex()}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked() as stream:
            stream.truncate(0)
            stream.write(self._mark)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other controller from acting meanwhile.

        Raises ArcsweepError, naming the other one, when the turn is ours no more.
        """
        with self._locked() as stream:
            stream.seek(0)
            now = stream.read()
            if now != self._mark:
                raise ArcsweepError(
                    f"another `arcsweep sweep` ({now.partition(',')[0]}) goes on with this sweep;"
                    " this one leaves, and its Slurm tasks stay with the other"
                )
            yield

    @contextmanager
    def _locked(self) -> Iterator[IO[str]]:
        with self._path.open("a+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield stream
            stream.flush()
