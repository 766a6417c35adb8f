"""The sweeps that are put through chaos, and the storms that they get."""

import shutil
import sys
from pathlib import Path
from typing import Any

import yaml
from cluster import Cluster
from toy import SPACE

from arcsweep.config.load import load_config
from chaos import ROOT, TESTS, faults
from chaos.run import Chaos
from chaos.subject import Subject

LEASE_S = 10.0
LASTS_S = {
    "worker: SIGSTOP": 1.7 * LEASE_S,
    "node down": 15.0,
    "node lost": 8.0,
    "network cut": 1.6 * LEASE_S,
    "database stopped": 8.0,
    "supervisor: SIGKILL": 5.0,
    "controller: SIGKILL": 3.0,
    "controller: SIGINT": 2.0,
    "checkpoint disk full": 5.0,
    "database disk full": 8.0,
}
OUTAGE_S = 300.0
TINY = ("config.yaml", "tiny.yaml")
_RESOURCES = [f"{rule}:mem_mb=1000" for rule in ("tasks", "sweep")]


def workflow_folder(folder: Path) -> None:
    """The workflow's files in ``folder``, and the tasks of its tiny study with all that precedes
    the study, so that the storm has a sweep to hit from the first second."""
    shutil.copy(ROOT / "config.yaml", folder)
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(TESTS / "workflow" / "tiny.yaml", folder)


def toy_of_the_workflow(cluster: Cluster, folder: Path, n_trials: int, epoch_s: float) -> Subject:
    """``snakemake --profile profiles/slurm`` with the toy as its objective."""
    base = load_config([folder / name for name in TINY]).study.space
    study = _toy_study("toy", n_trials)
    study["space"] = {**dict.fromkeys(base), **SPACE}
    _write(folder / "toy.yaml", study, {"selection": {"by": "kind"}})
    return _workflow(cluster, folder, "toy", epoch_s)


def real_of_the_workflow(cluster: Cluster, folder: Path, n_trials: int) -> Subject:
    """The same with the project's own objective: small networks on a few real tasks."""
    study = {
        "name": "real",
        "n_trials": n_trials,
        "objective": "chaos.objectives:real",
        "sampler": {"n_startup_trials": 8},
        "pruner": {"min_resource": 2, "max_resource": 8, "reduction_factor": 2},
    }
    _write(folder / "real.yaml", study, {"training": {"epochs": 8, "early_stop_patience": 0}})
    return _workflow(cluster, folder, "real", 0.0)


def bare_toy(cluster: Cluster, folder: Path, n_trials: int, epoch_s: float) -> Subject:
    """The toy under ``arcsweep sweep`` alone, without Snakemake."""
    study = _toy_study("toy", n_trials)
    study["space"] = SPACE
    _write(folder / "config.yaml", study, {"selection": {"by": "kind"}})
    command = [sys.executable, "-m", "arcsweep", "--log", "sweep.log", "sweep"]
    return Subject(
        folder,
        ("config.yaml",),
        [*command, "--memory-mb=400", "--runtime-min=60"],
        False,
        cluster.submit_address,
        epoch_s,
    )


def _toy_study(name: str, n_trials: int) -> dict[str, Any]:
    return {
        "name": name,
        "n_trials": n_trials,
        "objective": "chaos.objectives:toy",
        "sampler": {"n_startup_trials": 20},
        "pruner": {"min_resource": 2, "max_resource": 6, "reduction_factor": 3},
    }


def _write(path: Path, study: dict[str, Any], more: dict[str, Any]) -> None:
    workers = {"launcher": "slurm", "count": 8, "lease_s": LEASE_S, "outage_s": OUTAGE_S}
    path.write_text(yaml.safe_dump({"study": study, "workers": workers, **more}))


def _workflow(cluster: Cluster, folder: Path, name: str, epoch_s: float) -> Subject:
    program = str(Path(sys.executable).with_name("snakemake"))
    overlays = ["tiny.yaml", f"{name}.yaml"]
    command = [program, "--profile", "profiles/slurm", "--configfile", *overlays]
    command += ["--set-threads", "tasks=2", "--set-resources", *_RESOURCES]
    command += ["--", f"outputs/{name}/trials.csv"]
    files = ("config.yaml", *overlays)
    return Subject(folder, files, command, True, cluster.submit_address, epoch_s)


def toy_storm() -> Chaos:
    """Every kind, about a hundred faults."""
    counts = {
        faults.WorkerKilled: 13,
        faults.WorkerTerminated: 9,
        faults.WorkerSuspended: 10,
        faults.TaskCancelled: 9,
        faults.TaskRequeued: 7,
        faults.NodeDown: 5,
        faults.NodeLost: 5,
        faults.NetworkCut: 8,
        faults.DatabaseStopped: 4,
        faults.PostmasterKilled: 6,
        faults.SupervisorKilled: 3,
        faults.ControllerKilled: 4,
        faults.ControllerInterrupted: 3,
        faults.CheckpointsFull: 4,
        faults.DatabaseDiskFull: 4,
    }
    return Chaos(counts, gap_s=4.0, lasts_s=LASTS_S, timeout_s=1500.0)


def real_storm() -> Chaos:
    """Most kinds, on workers that take longer to start."""
    counts = {
        faults.WorkerKilled: 5,
        faults.WorkerTerminated: 2,
        faults.WorkerSuspended: 3,
        faults.TaskCancelled: 2,
        faults.TaskRequeued: 2,
        faults.NodeDown: 1,
        faults.NodeLost: 1,
        faults.NetworkCut: 2,
        faults.DatabaseStopped: 1,
        faults.PostmasterKilled: 2,
        faults.ControllerKilled: 1,
        faults.ControllerInterrupted: 1,
        faults.CheckpointsFull: 1,
        faults.DatabaseDiskFull: 1,
    }
    return Chaos(counts, gap_s=5.0, lasts_s=LASTS_S, timeout_s=1200.0, is_toy=False)


def short_storm() -> Chaos:
    """What ``make test`` has time for."""
    counts = {
        faults.WorkerKilled: 4,
        faults.WorkerTerminated: 2,
        faults.WorkerSuspended: 2,
        faults.TaskCancelled: 2,
        faults.NetworkCut: 1,
        faults.PostmasterKilled: 2,
        faults.ControllerKilled: 1,
        faults.CheckpointsFull: 1,
    }
    lasts_s = {**LASTS_S, "network cut": 6.0, "checkpoint disk full": 2.0}
    return Chaos(counts, gap_s=2.0, lasts_s=lasts_s, timeout_s=300.0)
