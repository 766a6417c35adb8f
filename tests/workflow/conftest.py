"""The real workflow in a folder of its own."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Sweep:
    """A working folder in which ``snakemake`` runs as a user would run it."""

    folder: Path

    def run(
        self, *arguments: str, config: tuple[str, ...] = (), timeout_s: float = 420
    ) -> subprocess.CompletedProcess[str]:
        snakemake = Path(sys.executable).with_name("snakemake")
        overrides = ["--config", *config] if config else []
        fixed = ["--profile", "profiles/local", "--cores", "2", "--configfile", "tiny.yaml"]
        return subprocess.run(
            [snakemake, *fixed, *overrides, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env={**os.environ, "NO_COLOR": "1"},
            check=False,
        )

    def succeed(self, *arguments: str, config: tuple[str, ...] = ()) -> str:
        done = self.run(*arguments, config=config)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def arcsweep(self, *arguments: str) -> str:
        """Run a command by hand, with this sweep's config files and those in ``arguments``."""
        files = ["--config", "config.yaml", "--config", "tiny.yaml"]
        at = 2 if arguments[0] == "db" else 1
        done = subprocess.run(
            [sys.executable, "-m", "arcsweep", *arguments[:at], *files, *arguments[at:]],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def trials(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "outputs" / "tiny" / "trials.parquet")


def jobs_run(output: str) -> dict[str, int]:
    """Rule → number of jobs, from Snakemake's table of job statistics."""
    tables = re.findall(r"^job +count\n[- ]+\n((?:\w+ +\d+\n)+)", output, re.MULTILINE)
    rows = [line.split() for line in (tables[0].splitlines() if tables else [])]
    return {rule: int(count) for rule, count in rows if rule not in ("all", "total")}


def copy_workflow(folder: Path) -> None:
    """Copy the workflow's files, so that runs touch nothing of the checkout."""
    shutil.copy(ROOT / "config.yaml", folder)
    for name in ("workflow", "profiles", "envs", "overlays"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(Path(__file__).with_name("tiny.yaml"), folder)


@pytest.fixture(scope="session")
def workflow_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workflow's files."""
    folder = tmp_path_factory.mktemp("workflow")
    copy_workflow(folder)
    return folder


@pytest.fixture(scope="session")
def sweep(workflow_folder: Path) -> Iterator[Sweep]:
    """The tiny sweep, run to its end once."""
    made = Sweep(workflow_folder)
    made.succeed()
    yield made
    made.arcsweep("db", "stop")  # `arcsweep db restore` leaves it running
