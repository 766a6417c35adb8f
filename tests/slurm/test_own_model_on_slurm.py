"""A user's own model on a cluster: the example's folder, the project's Snakefile and profile."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from cluster_sweep import slurm

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("cluster")


def test_own_model_runs_on_slurm_from_config_to_report(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "examples" / "digits", tmp_path / "digits"))
    small = {
        "study": {"n_trials": 8},
        "workers": {"count": 3},
        "selection": {"top_k": 1},
        "extended": {"seeds": [0]},
    }
    (folder / "small.yaml").write_text(json.dumps(small))
    where = [
        "--snakefile",
        ROOT / "workflow" / "Snakefile",
        "--profile",
        ROOT / "profiles" / "slurm",
    ]
    # The test cluster's nodes are small.
    sizes = ["--set-threads", "extended=1", "--set-resources"]
    sizes += [f"{rule}:mem_mb=1000" for rule in ("sweep", "extended", "propose", "report")]
    done = subprocess.run(
        [
            Path(sys.executable).with_name("snakemake"),
            *where,
            "--configfile",
            "small.yaml",
            *sizes,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    output = folder / "outputs" / "digits"
    trials = pd.read_parquet(output / "trials.parquet")
    assert list(trials["number"]) == list(range(8))
    assert set(trials["state"]) <= {"COMPLETE", "PRUNED"}
    assert (output / "reports" / "index.html").exists()
    logs = list((folder / "logs" / "digits" / "slurm").glob("worker-*.log"))
    assert len(logs) == 3, "the workers were one array of Slurm"
    assert not slurm("squeue", "--me", "--noheader").strip()
