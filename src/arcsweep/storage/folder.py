"""The files of the embedded database, all below one folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from arcsweep.errors import StorageError


@dataclass(frozen=True)
class DatabaseFolder:
    """Paths below ``root``, which is ``Paths.database``, made absolute."""

    root: Path

    def __post_init__(self) -> None:
        # The supervisor and psql work in other folders.
        object.__setattr__(self, "root", self.root.absolute())

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.root / "data"

    @property
    def data_in_making(self) -> Path:
        """A data directory that is not complete yet; whatever is found here can be deleted."""
        return self.root / "data.new"

    @property
    def data_taken(self) -> Path:
        """A complete copy of another host's data directory, about to become ``data``."""
        return self.root / "data.taken"

    @property
    def server_record(self) -> Path:
        """Host, port, database and user; no credential."""
        return self.root / "server.json"

    @property
    def passfile(self) -> Path:
        """The password in libpq's passfile format, the only place that holds it."""
        return self.root / "passfile"

    @property
    def host_lease(self) -> Path:
        """Which host and process run the server; absent when none does."""
        return self.root / "host-lease.json"

    @property
    def stop_request(self) -> Path:
        return self.root / "stop-request"

    @property
    def watchers(self) -> Path:
        return self.root / "watchers"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def server_log(self) -> Path:
        return self.root / "server.log"

    @property
    def supervisor_log(self) -> Path:
        return self.root / "supervisor.log"

    def create(self) -> None:
        """Make the folder, closed to others.

        Raises StorageError when it belongs to another user or cannot be made.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            owner = self.root.stat().st_uid
            if owner != os.geteuid():
                raise StorageError(
                    f"{self.root} belongs to user {owner}, not to you (user {os.geteuid()}); "
                    "remove it or work in a folder of your own"
                )
            # Traversal by the server's own group stays as it is; see arcsweep.storage.account.
            self.root.chmod(self.root.stat().st_mode & 0o710)
            self.watchers.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"the database folder {self.root} cannot be made: {error.strerror}; "
                "free the disk or mend the permissions, then start again"
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes of this host from starting or stopping the server meanwhile."""
        with self._open_lock() as descriptor:
            self._flock(descriptor, LOCK_EX)
            yield

    @contextmanager
    def try_locked(self) -> Iterator[bool]:
        """As :meth:`locked`, but gives False at once when another process holds the lock."""
        with self._open_lock() as descriptor:
            yield self._flock(descriptor, LOCK_EX | LOCK_NB)

    @contextmanager
    def _open_lock(self) -> Iterator[int]:
        descriptor = os.open(self.start_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _flock(self, descriptor: int, operation: int) -> bool:
        try:
            flock(descriptor, operation)
        except BlockingIOError:
            return False
        except OSError as error:
            raise StorageError(
                f"{self.start_lock} cannot be locked ({error.strerror}); keep the working "
                "directory on a file system with file locks, or set ARCSWEEP_DATABASE_URL to a "
                "PostgreSQL server"
            ) from error
        return True
