"""A plan touches nothing: neither cluster nor database nor disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Sweep, copy_workflow, jobs_run


@pytest.mark.parametrize("profile", ["local", "slurm", "slurm-gpu"])
def test_a_plan_needs_neither_slurm_nor_the_database_and_leaves_no_trace(
    tmp_path: Path, profile: str
) -> None:
    copy_workflow(tmp_path)
    done = subprocess.run(
        [Path(sys.executable).with_name("snakemake"), "--profile", f"profiles/{profile}", "-n"],
        cwd=tmp_path,
        # Slurm is not on this path, and nobody listens on that port.
        env={
            "PATH": f"{Path(sys.executable).parent}:/bin",
            "HOME": os.environ.get("HOME", "/"),
            "ARCSWEEP_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert "visual_classifier_cnn_vs_context_v2_expanded, 150 trials" in said
    assert not (tmp_path / "outputs").exists() and not (tmp_path / "data").exists()
    jobs = jobs_run(said)
    # 2 encoders × 5 trials × 5 folds × 2 repeats
    assert (jobs["confirmation"], jobs["folds"], jobs["forest"]) == (100, 1, 1)
    # 7 questions × 2 encoders × 10 folds, and each encoder with what is adopted.
    assert (jobs["hypothesis"], jobs["adoption"]) == (140, 20)


def test_a_plan_without_folds_confirms_nothing(tmp_path: Path) -> None:
    copy_workflow(tmp_path)
    done = Sweep(tmp_path).succeed("-n", config=("confirmation={folds: 0}",))
    assert not jobs_run(done).keys() & {"confirmation", "folds", "forest", "hypothesis", "adoption"}
    assert jobs_run(done)["extended"] == 4
