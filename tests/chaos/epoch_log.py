"""What was computed, as the objectives logged it themselves."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Computed:
    """One computed epoch: of which trial, by which process, when (Unix time), with what value."""

    trial: int
    epoch: int
    pid: int
    at: float
    value: float


@dataclass(frozen=True)
class Repeat:
    """An epoch that was computed ``times`` more than once, and the processes that did it."""

    trial: int
    epoch: int
    times: int
    pids: frozenset[int]


def read_log(path: Path) -> list[Computed]:
    """Every computed epoch, in the order of the log; empty when nothing was computed."""
    if not path.exists():
        return []
    rows = (line.split() for line in path.read_text().splitlines())
    return [
        Computed(int(trial), int(epoch), int(pid), float(at), float.fromhex(value))
        for trial, epoch, pid, at, value in rows
    ]


def by_epoch(log: list[Computed]) -> dict[tuple[int, int], list[Computed]]:
    """(trial, epoch) → its computations."""
    found: dict[tuple[int, int], list[Computed]] = {}
    for row in log:
        found.setdefault((row.trial, row.epoch), []).append(row)
    return found


def repeats(log: list[Computed]) -> list[Repeat]:
    """Epochs that were computed more than once."""
    return [
        Repeat(trial, epoch, len(rows) - 1, frozenset(row.pid for row in rows))
        for (trial, epoch), rows in by_epoch(log).items()
        if len(rows) > 1
    ]
