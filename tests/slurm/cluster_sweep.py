"""A toy study swept on the test cluster with the real commands."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import yaml

from arcsweep.paths import Paths
from arcsweep.storage.engine import connect
from arcsweep.storage.location import locate

TESTS = Path(__file__).resolve().parents[1]
SPACE = {
    "kind": {"type": "categorical", "choices": ["a", "b"]},
    "x": {"type": "float", "low": 0.0, "high": 1.0},
}


@dataclass
class ClusterSweep:
    """One folder with a config, its database, and the commands that a rule would call."""

    folder: Path
    n_trials: int
    n_workers: int
    epoch_s: float
    lease_s: float = 6.0
    broken: bool = False
    per_task: int = 1

    def __post_init__(self) -> None:
        study = {
            "name": "toy",
            "n_trials": self.n_trials,
            "objective": "toy:build",
            "space": SPACE,
            "sampler": {"n_startup_trials": 10},
            "pruner": {"name": "none"},
        }
        workers = {"launcher": "slurm", "count": self.n_workers, "lease_s": self.lease_s}
        workers["per_task"] = self.per_task
        config = {
            "study": study,
            "workers": workers,
            "selection": {"by": "kind"},
        }
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config))
        self.arcsweep("db", "start", "--watch", str(os.getpid()))
        self.arcsweep("study")

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(TESTS / "workers"),
            "TOY_LOG": str(self.folder / "epochs.log"),
            "TOY_EPOCH_S": str(self.epoch_s),
            "TOY_BROKEN": "1" if self.broken else "",
            "ARCSWEEP_DATABASE_LISTEN": "10.77.0.1",
        }

    def arcsweep(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "arcsweep", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(
        self, *, runtime_min: int = 30, partition: str = "", gpus: int = 0
    ) -> subprocess.Popen[bytes]:
        """The controller, as the rule starts it."""
        command = [sys.executable, "-m", "arcsweep", "--log", "sweep.log", "sweep"]
        return subprocess.Popen(
            [
                *command,
                "--memory-mb=400",
                f"--runtime-min={runtime_min}",
                f"--partition={partition}",
                f"--gpus={gpus}",
            ],
            cwd=self.folder,
            env=self.environment,
        )

    def query(self, statement: str) -> list[tuple[object, ...]]:
        database = locate(Paths(self.folder, "toy", self.folder, self.folder / "c.npy"))
        with closing(connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def states(self) -> Counter[str]:
        return Counter(
            {
                str(s): int(str(n))
                for s, n in self.query("SELECT state::text, count(*) FROM trials GROUP BY 1")
            }
        )

    def owners(self) -> list[dict[str, object]]:
        rows = self.query(
            "SELECT owner::text FROM arcsweep.leases WHERE owner IS NOT NULL ORDER BY trial_id"
        )
        return [json.loads(str(row[0])) for row in rows]

    def wait(self, holds: Callable[[], bool], timeout_s: float = 90) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, f"waited {timeout_s} s in vain; {self.states()}"
            time.sleep(0.3)

    def assert_exact(self) -> None:
        states = self.states()
        assert states["COMPLETE"] + states["PRUNED"] == self.n_trials, states
        assert states["RUNNING"] == 0, states

    def repeated_epochs(self) -> dict[tuple[int, int], int]:
        """(trial, epoch) → how often it was computed beyond once."""
        lines = (self.folder / "epochs.log").read_text().splitlines()
        counts = Counter((int(n), int(e)) for n, e, _ in (line.split() for line in lines))
        return {key: times - 1 for key, times in counts.items() if times > 1}


def slurm(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def array_jobs(folder: Path) -> dict[str, set[str]]:
    """Array job id → its tasks, of the jobs that were submitted in ``folder``, from accounting.

    Tasks that were cancelled before they started count: accounting has them as ``12_[6-7%4]``.
    """
    found: dict[str, set[str]] = {}
    for row in _array_rows(folder):
        number, _, tasks = row["JobID"].partition("_")
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", tasks.strip("[]").partition("%")[0]):
            members = range(int(first), int(last or first) + 1)
            found.setdefault(number, set()).update(map(str, members))
    return found


def n_begun_tasks(folder: Path) -> int:
    """Array tasks submitted in ``folder`` that started once at least, from accounting."""
    return len(
        {row["JobID"] for row in _array_rows(folder) if row["Start"] not in ("None", "Unknown")}
    )


def _array_rows(folder: Path) -> list[dict[str, str]]:
    columns = ("JobID", "Start", "WorkDir")
    command = ["sacct", "-X", "--noheader", "--parsable2", "--duplicates"]
    rows = slurm(*command, f"--format={','.join(columns)}").splitlines()
    jobs = [dict(zip(columns, row.split("|", 2), strict=True)) for row in rows]
    return [job for job in jobs if job["WorkDir"] == str(folder) and "_" in job["JobID"]]
