"""Which host runs the server over a folder that several hosts may share.

PostgreSQL's own lock file protects on one host only. The supervisor therefore holds a lease: a
file whose modification time it moves on every few seconds. Clocks are never compared: a start on
another host watches whether that time changes. Only after it stood still for much longer than the
holder itself would go on without moving it is the lease taken over, and then the server runs on a
copy of the data directory, so that not even a holder that wakes up again can write into it.
"""

import json
import os
import time
from dataclasses import asdict, dataclass, replace

from arcsweep.atomic import write_text
from arcsweep.errors import StorageError
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.processes import ProcessIdentity


class LeaseLostError(StorageError):
    """The lease could not be renewed in time, or belongs to another host: stop the server now."""


@dataclass(frozen=True)
class LeaseTimes:
    """Seconds: ``beat_s`` between two renewals; ``fence_s`` without one, after which the holder
    stops its own server; ``silence_s`` without one, after which another host may take over. The
    last must be well above the second."""

    beat_s: float = 3.0
    fence_s: float = 20.0
    silence_s: float = 60.0


@dataclass(frozen=True)
class LeaseRecord:
    """What the lease's file says.

    host, process: the supervisor that holds it.
    token: unlike that of any other holder.
    state: "starting", "ready" or "stopping".
    renewed_ns: the file's modification time; only its changes mean something to other hosts.
    """

    host: str
    process: ProcessIdentity
    token: str
    state: str = "starting"
    renewed_ns: int = 0

    @property
    def is_local(self) -> bool:
        """Whether the holder's process can be looked up from here."""
        return self.process.boot == ProcessIdentity.own().boot

    @property
    def mark(self) -> str:
        """Changes whenever the lease shows a sign of life."""
        return f"{self.token} {self.state} {self.renewed_ns}"


def read_lease(folder: DatabaseFolder) -> LeaseRecord | None:
    """The lease as it is now; None when nobody holds it. Raises StorageError when unreadable."""
    try:
        # Opened first: over NFS only an open asks the server for the present attributes.
        with folder.host_lease.open("rb") as stream:
            value = json.loads(stream.read())
            renewed_ns = os.fstat(stream.fileno()).st_mtime_ns
        process = ProcessIdentity(**value.pop("process"))
        return LeaseRecord(**value, process=process, renewed_ns=renewed_ns)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{folder.host_lease} cannot be understood ({type(error).__name__}); make sure that "
            "no server runs for this folder on any host, remove the file, and start again"
        ) from error


def silent(folder: DatabaseFolder, seen: LeaseRecord | None, times: LeaseTimes) -> bool:
    """Watch another host's lease for ``silence_s``; False as soon as it changes from ``seen``."""
    deadline = time.monotonic() + times.silence_s
    while time.monotonic() < deadline:
        time.sleep(min(1.0, times.beat_s / 4))
        if read_lease(folder) != seen:
            return False
    return True


def _now() -> float:
    """Seconds on a clock that also runs while the host is suspended, where there is one."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class HostLease:
    """The calling supervisor's own lease over ``folder``."""

    def __init__(self, folder: DatabaseFolder, times: LeaseTimes) -> None:
        self._folder = folder
        self._times = times
        self._record = LeaseRecord(os.uname().nodename, ProcessIdentity.own(), os.urandom(16).hex())
        self._renewed_at = _now()

    def show(self, state: str) -> None:
        """Write the lease with the server's state; the first time this takes it.

        The caller has made sure that no other holder is left.
        """
        began = _now()
        self._record = replace(self._record, state=state)
        value = asdict(self._record)
        del value["renewed_ns"]
        text = json.dumps(value, indent=1, sort_keys=True) + "\n"
        write_text(self._folder.host_lease, text, mode=0o600)
        self._renewed_at = began

    def renew(self) -> None:
        """Renew the lease when it is time. Raises LeaseLostError when it was not possible."""
        began = _now()
        if began - self._renewed_at < self._times.beat_s:
            return
        if began - self._renewed_at > self._times.fence_s:
            raise LeaseLostError(f"not renewed for {began - self._renewed_at:.0f} s")
        self.touch()

    def touch(self) -> None:
        """Renew the lease now, whatever time has passed. Raises LeaseLostError."""
        # Counted from before the write: it may hang for minutes in a shared file system.
        began = _now()
        try:
            if not self.held():
                raise LeaseLostError("another host has taken over, or the file was removed")
            # The time alone: that needs no space on a disk that is full.
            os.utime(self._folder.host_lease)
        except LeaseLostError:
            raise
        except (OSError, StorageError):
            # A file system that does not answer well may recover before the fence.
            return
        self._renewed_at = began

    def held(self) -> bool:
        """Whether the file still names us."""
        record = read_lease(self._folder)
        return record is not None and record.token == self._record.token

    def give_up(self) -> None:
        """Let go of the lease, if it is still ours."""
        if self.held():
            self._folder.host_lease.unlink()
