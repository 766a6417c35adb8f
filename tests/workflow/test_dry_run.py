"""A plan touches nothing: neither cluster nor database nor disk."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import copy_workflow


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
    # Five questions of two encoders on ten folds, and each encoder with what is adopted.
    assert re.search(r"^hypothesis +100$", said, re.M) and re.search(r"^adoption +20$", said, re.M)
    assert not (tmp_path / "outputs").exists() and not (tmp_path / "data").exists()
