"""The whole workflow on the test cluster, in a folder of its own, as a user would run it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import psutil
from cluster_sweep import slurm

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = """
study: {name: tiny, n_trials: 16, pruner: {name: none}}
workers: {count: 8, lease_s: 10}
training: {epochs: 8, early_stop_patience: 0}
extended: {epochs: 30}
"""
NO_FOLDS = "confirmation: {folds: 0}"
FILES = ["--configfile", "tiny.yaml", "eight.yaml"]


@dataclass
class ClusterWorkflow:
    """A copy of the workflow's files and what runs there.

    environment: what is set beside this process's own.
    confirms: selected trials are run on folds as well.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    confirms: bool = False

    def __post_init__(self) -> None:
        shutil.copy(ROOT / "config.yaml", self.folder)
        for name in ("workflow", "profiles", "envs"):
            shutil.copytree(ROOT / name, self.folder / name)
        shutil.copy(ROOT / "tests" / "workflow" / "tiny.yaml", self.folder)
        folds = "confirmation: {folds: 2, repeats: 1, epochs: 1}" if self.confirms else NO_FOLDS
        (self.folder / "eight.yaml").write_text(OVERLAY + folds)

    def prepare(self, prepared: Path) -> None:
        """Take tasks, labels and split over from a folder that has them."""
        shutil.copytree(prepared / "data", self.folder / "data")
        shutil.copytree(
            prepared / "outputs" / "visual_classifier",
            self.folder / "outputs" / "visual_classifier",
        )

    def command(self, *more: str) -> list[str]:
        program = str(Path(sys.executable).with_name("snakemake"))
        # The test cluster's nodes are small.
        threads = ["tasks=2", "extended=1", "embeddings=1", "confirmation=1"]
        sizes = ["--set-threads", *threads, "--set-resources"]
        rules = ["tasks", "baseline", "sweep", "extended", "embeddings", "confirmation", "forest"]
        rules += ["diagnosis", "propose", "report"]
        sizes += [f"{rule}:mem_mb=1000" for rule in rules]
        return [program, "--profile", "profiles/slurm", *FILES, *sizes, *more]

    def start(self, *more: str, on: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """Snakemake in the background; ``on`` is a command in front of it, such as nsenter's."""
        return subprocess.Popen(
            [*on, *self.command(*more)],
            cwd=self.folder,
            env={**os.environ, "NO_COLOR": "1", **self.environment},
            stdout=(self.folder / "run.log").open("a"),
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self, *more: str, on: tuple[str, ...] = (), timeout_s: float = 420) -> None:
        assert self.start(*more, on=on).wait(timeout_s) == 0, self.end_of_log()

    def log(self) -> str:
        return (self.folder / "run.log").read_text(errors="replace")

    def end_of_log(self) -> str:
        return self.log()[-4000:]

    def wait(
        self, holds: Callable[[], bool], run: subprocess.Popen[str], timeout_s: float = 240
    ) -> None:
        """Wait for something while ``run`` goes on."""
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert run.poll() is None, self.end_of_log()
            assert time.monotonic() < deadline, self.end_of_log()
            time.sleep(0.1)

    def n_epochs(self) -> int:
        logs = (self.folder / "logs" / "tiny" / "slurm").glob("worker-*.log")
        return sum(log.read_text(errors="replace").count("· epoch ") for log in logs)

    def processes(self, *words: str) -> list[psutil.Process]:
        """arcsweep processes of this folder whose command line holds all ``words``."""
        return [p for p in _own_processes(self.folder) if set(words) <= set(_words(p))]

    def trials(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "outputs" / "tiny" / "trials.parquet")

    def assert_complete(self) -> None:
        """Exactly the budget, every extended run, all pages, and nothing left in the queue."""
        trials = self.trials()
        assert len(trials) == 16 and set(trials["state"]) <= {"COMPLETE", "PRUNED"}
        output = self.folder / "outputs" / "tiny"
        records = [json.loads(p.read_text()) for p in output.glob("extended/*.json")]
        assert len(records) == 4 and not any(record["empty"] for record in records)
        assert all(record["epochs"] == len(record["history"]) for record in records)
        assert len(list((output / "reports").glob("*.html"))) == 13
        rows = slurm("squeue", "--me", "--noheader", "--format=%Z").splitlines()
        assert str(self.folder) not in [row.strip() for row in rows]


def wait_for_empty_queue(timeout_s: float = 90) -> None:
    deadline = time.monotonic() + timeout_s
    while slurm("squeue", "--me", "--noheader").strip():
        assert time.monotonic() < deadline, slurm("squeue")
        time.sleep(0.5)


def _own_processes(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and "arcsweep" in _words(process):
                yield process
        except (psutil.Error, OSError):
            continue


def _words(process: psutil.Process) -> list[str]:
    try:
        words = process.cmdline()
    except psutil.Error:
        return []
    # `python -m arcsweep …` or `python /…/bin/arcsweep …`
    return [Path(word).name if word.endswith("/arcsweep") else word for word in words]
