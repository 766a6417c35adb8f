"""The whole workflow through profiles/slurm, interrupted once on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from cluster_sweep import array_jobs, slurm

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = """
study: {name: tiny, n_trials: 16, pruner: {name: none}}
workers: {count: 8, lease_s: 10}
training: {epochs: 8, early_stop_patience: 0}
"""

pytestmark = pytest.mark.usefixtures("cluster")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Snakefile", "config.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "tests" / "workflow" / "tiny.yaml", tmp_path)
    (tmp_path / "eight.yaml").write_text(OVERLAY)
    return tmp_path


def snakemake(folder: Path) -> subprocess.Popen[str]:
    program = Path(sys.executable).with_name("snakemake")
    profile = ["--profile", "profiles/slurm", "--configfile", "tiny.yaml", "eight.yaml"]
    # The test cluster's nodes are small.
    sizes = ["--set-threads", "tasks=2", "extended=1", "--set-resources"]
    sizes += [f"{rule}:mem_mb=1000" for rule in ("tasks", "sweep", "extended", "report")]
    return subprocess.Popen(
        [program, *profile, *sizes],
        cwd=folder,
        stdout=(folder / "run.log").open("a"),
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def n_epochs_logged(folder: Path) -> int:
    logs = (folder / "logs" / "tiny" / "slurm").glob("worker-*.log")
    return sum(log.read_text(errors="replace").count("· epoch ") for log in logs)


def test_the_whole_workflow_goes_on_after_ctrl_c(folder: Path) -> None:
    first = snakemake(folder)
    deadline = time.monotonic() + 240
    while n_epochs_logged(folder) < 6:
        assert first.poll() is None, (folder / "run.log").read_text()[-3000:]
        assert time.monotonic() < deadline, (folder / "run.log").read_text()[-3000:]
        time.sleep(0.2)
    second = snakemake(folder)
    assert second.wait(60) != 0
    assert "already runs a workflow in this folder" in (folder / "run.log").read_text()
    os.killpg(first.pid, signal.SIGINT)  # as a terminal does
    assert first.wait(60) != 0
    deadline = time.monotonic() + 60
    while slurm("squeue", "--me", "--noheader").strip():
        assert time.monotonic() < deadline, slurm("squeue")
        time.sleep(0.5)

    assert snakemake(folder).wait(400) == 0, (folder / "run.log").read_text()[-3000:]
    output = folder / "outputs" / "tiny"
    trials = pd.read_parquet(output / "trials.parquet")
    assert len(trials) == 16 and set(trials["state"]) <= {"COMPLETE", "PRUNED"}
    assert trials["n_takeovers"].sum() > 0, "interrupted trials went on"
    assert len(list((output / "reports").glob("*.html"))) == 10
    first_array = min(array_jobs(folder), key=int)
    assert array_jobs(folder)[first_array] == {str(index) for index in range(8)}
    server = json.loads((folder / "outputs" / "database" / "server.json").read_text())
    assert server["host"] == "10.77.0.1", "not on loopback, and nowhere else"
