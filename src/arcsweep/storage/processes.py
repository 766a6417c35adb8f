"""Which process is meant, whatever became of its number since."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class ProcessIdentity:
    """A process of this host.

    pid: its number.
    started: when it started, in a unit that setting the clock does not change (on Linux, ticks
        since boot), so that a number that was given out again is not taken for the same process.
    boot: the boot and process namespace in which pid and started mean something.
    """

    pid: int
    started: str
    boot: str

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity | None":
        """The process that has the number ``pid`` now; None when there is none or it is dead."""
        started = _started(pid)
        return None if started is None else cls(pid, started, boot_identity())

    @classmethod
    def own(cls) -> "ProcessIdentity":
        """The calling process."""
        started = _started(os.getpid())
        return cls(os.getpid(), "" if started is None else started, boot_identity())

    def alive(self) -> bool:
        """Whether this very process still runs, seen from the same boot of the same host."""
        return ProcessIdentity.of(self.pid) == self


@cache
def boot_identity() -> str:
    """Differs between hosts, boots and containers; within one, process numbers can be compared."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:  # no Linux
        import psutil

        return f"{os.uname().nodename} {psutil.boot_time():.0f}"


def _started(pid: int) -> str | None:
    try:
        # The command's name may hold blanks and brackets; the fields follow its last bracket.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return _started_elsewhere(pid)
    state, start_ticks = fields[0], fields[19]
    return None if state in "ZX" else start_ticks


def _started_elsewhere(pid: int) -> str | None:
    if Path("/proc/self/stat").exists():
        return None
    import psutil

    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return None if dead else f"{process.create_time():.2f}"
    except psutil.Error:
        return None
