"""How much of the workers' time is not training: real sweeps of trials of about a minute.

    python benchmarks/overhead.py [--workers 1 …] [--epochs 60] [--views 1] [--profile DIR]

Runs `snakemake` in folders of its own with the data of the present one, which must have been
prepared (`snakemake --profile profiles/local --until split`). Counted is a worker's time from the
start of its process to its end, and of that the seconds inside training epochs; what is left is
imports, reading data, building models, sampling, the database, checkpoints, and waiting.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Overhead:
    """Sums over all workers of one sweep, in seconds."""

    n_workers: int
    n_trials: int
    worker_s: float
    epoch_s: float
    start_s: float

    @property
    def share(self) -> float:
        return 1 - self.epoch_s / self.worker_s

    def row(self) -> dict[str, Any]:
        outside = self.worker_s - self.epoch_s
        return {
            "workers": self.n_workers,
            "trials": self.n_trials,
            "s a trial": round(self.worker_s / self.n_trials, 1),
            "outside training": f"{self.share:.2%}",
            "start, s a worker": round(self.start_s / self.n_workers, 2),
            "rest, s a trial": round((outside - self.start_s) / self.n_trials, 2),
        }


def measure(
    n_workers: int,
    n_trials: int,
    epochs: int,
    snakemake: Sequence[str],
    overlays: Sequence[Path] = (),
    views: int = 1,
) -> Overhead:
    """Run a sweep of ``n_trials`` on ``n_workers``.

    snakemake: the command with its profile. overlays: config files beside config.yaml, in the
    present folder. views: of each training task in an epoch, which lengthen it.
    """
    with tempfile.TemporaryDirectory(prefix="arcsweep-overhead-") as name:
        folder = Path(name)
        _prepare(folder, n_workers, n_trials, {"epochs": epochs, "views_per_epoch": views})
        for overlay in overlays:
            shutil.copy(overlay, folder)
        files = [*(overlay.name for overlay in overlays), "overhead.yaml"]
        command = [*snakemake, "--configfile", *files, "--until", "trials"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        _wait_until_gone(folder / "outputs" / "database" / "data" / "postmaster.pid")
        records = [json.loads(f.read_text()) for f in (folder / "outputs" / "times").iterdir()]
    if sum(r["n_trials"] for r in records) != n_trials:
        sys.exit(f"{n_trials} trials were to be timed, got {records}")
    return Overhead(
        n_workers,
        n_trials,
        sum(r["age_s"] for r in records),
        sum(r["epoch_s"] for r in records),
        sum(r["before_first_trial_s"] for r in records),
    )


def _wait_until_gone(file: Path) -> None:
    """The database stops a moment after the workflow, and its folder is to be removed."""
    deadline = time.monotonic() + 60
    while file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def _prepare(folder: Path, n_workers: int, n_trials: int, training: Mapping[str, int]) -> None:
    for name in ("config.yaml", "workflow", "profiles", "envs"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for name in ("data", "outputs/visual_classifier", "outputs/cache"):
        shutil.copytree(name, folder / name)
    shutil.copy(ROOT / "benchmarks" / "timed.py", folder)
    overlay = {
        "study": {
            "name": "overhead",
            "n_trials": n_trials,
            "objective": "timed:build",
            "pruner": {"name": "none"},
        },
        "training": {**training, "early_stop_patience": 0, "num_workers": 0},
        "workers": {"count": n_workers},
    }
    (folder / "overhead.yaml").write_text(yaml.safe_dump(overlay))


def main(
    workers: Annotated[list[int] | None, typer.Option(help="Workers of a sweep; repeat.")] = None,
    trials_per_worker: Annotated[int, typer.Option(min=1)] = 3,
    epochs: Annotated[int, typer.Option(min=1, help="Of a trial; aim at a minute.")] = 60,
    views: Annotated[int, typer.Option(min=1, help="Of each task in an epoch.")] = 1,
    profile: Annotated[str, typer.Option(help="Snakemake's profile.")] = "profiles/local",
) -> None:
    command = [str(Path(sys.executable).with_name("snakemake")), "--profile", profile]
    for n_workers in workers or [1, 2, 4]:
        cores = ["--cores", str(n_workers)] if "local" in profile else []
        n_trials = n_workers * trials_per_worker
        found = measure(n_workers, n_trials, epochs, [*command, *cores], views=views)
        print(json.dumps(found.row()))


if __name__ == "__main__":
    typer.run(main)
