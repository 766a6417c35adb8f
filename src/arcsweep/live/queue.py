"""The workers of a sweep in Slurm's queue, where there is one."""

import subprocess
from collections import Counter
from dataclasses import dataclass

QUERY_TIMEOUT_S = 5.0
"""A view for people: a slow controller is not waited for."""


@dataclass(frozen=True)
class Queue:
    """Tasks of a worker array by state; ``reasons``: why those wait that wait."""

    states: dict[str, int]
    reasons: tuple[str, ...]


def read_queue(name: str) -> Queue | None:
    """Tasks of the array called ``name``; None where Slurm is absent or does not answer in time."""
    command = ["squeue", "--noheader", "--array", f"--name={name}", "--format=%T|%r"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=QUERY_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    rows = [line.strip().partition("|") for line in done.stdout.splitlines() if line.strip()]
    states = Counter(state.lower() for state, _, _ in rows)
    reasons = dict.fromkeys(reason for state, _, reason in rows if state == "PENDING")
    return Queue(dict(states), tuple(reasons))
