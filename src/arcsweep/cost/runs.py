"""Which run of the workflow a Slurm job belongs to."""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One start of the workflow in a folder; only one is alive at a time.

    started_at: Unix time in seconds. study: what it ran. host: from where.
    """

    started_at: float
    study: str
    host: str


def record_run(path: Path, study: str) -> Run:
    """Add a run that starts now to the file of all runs; the caller holds the folder's lock."""
    run = Run(round(time.time(), 3), study, os.uname().nodename)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as stream:
        stream.write(json.dumps(asdict(run), sort_keys=True) + "\n")
    return run


def read_runs(path: Path) -> list[Run]:
    """All runs in the order of their start; lines that a crash cut short are left out."""
    runs = []
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            runs.append(Run(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return sorted(runs, key=lambda run: run.started_at)


def study_at(runs: Sequence[Run], moment: float) -> str | None:
    """The study of the run that was the latest at ``moment`` (Unix time, whole seconds)."""
    before = [run for run in runs if int(run.started_at) <= moment]
    return before[-1].study if before else None
