"""An account that Slurm refuses is told before anything is queued.

The test cluster takes every account, as it does not enforce them. A stub stands in for Slurm here
and says what a Slurm 22.05 that enforces them says; partitions are tried on the real one, in
``tests/slurm/test_site.py``.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from arcsweep.errors import ArcsweepError
from arcsweep.workers.site import check_site

ROOT = Path(__file__).resolve().parents[2]
REFUSAL = "Invalid account or account/partition combination specified"
TEST_ONLY = f"allocation failure: {REFUSAL}"
SUBMITTED = f"sbatch: error: Batch job submission failed: {REFUSAL}"


def stub_slurm(folder: Path, words: str) -> Path:
    """A folder of stub commands: sbatch notes its call and refuses the account ``nope``."""
    folder.mkdir()
    scripts = {
        "sbatch": f'echo "$@" >>"{folder}/asked"\n'
        f'case "$*" in *--account=nope*) echo "{words}" >&2; exit 1;; esac',
        "sinfo": "echo main; echo urgent; echo main",
        "sacctmgr": "echo lab; echo lab; echo teaching",
        "squeue": "",
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n# A stub, no Slurm.\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize("words", [TEST_ONLY, SUBMITTED])
def test_a_wrong_account_is_refused_with_those_that_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    stub = stub_slurm(tmp_path / "stub-slurm", words)
    monkeypatch.setenv("PATH", f"{stub}:{os.environ['PATH']}")
    check_site([("", ""), ("main", "lab")])
    with pytest.raises(ArcsweepError) as refused:
        check_site([("main", "nope")])
    assert str(refused.value) == (
        f"Slurm refuses slurm_partition 'main' with slurm_account 'nope': {words};"
        " partitions here: main, urgent; your accounts: lab, teaching;"
        " correct them under default-resources in the profile"
    )
    asked = (stub / "asked").read_text().splitlines()
    assert all("--test-only" in call for call in asked), "nothing may be queued"


def test_a_workflow_with_a_wrong_account_ends_in_one_line_and_queues_nothing(
    tmp_path: Path,
) -> None:
    stub = stub_slurm(tmp_path / "stub-slurm", TEST_ONLY)
    for name in ("workflow", "envs", "config.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    profile = tmp_path / "profiles" / "slurm" / "config.yaml"
    profile.parent.mkdir(parents=True)
    shipped = (ROOT / "profiles" / "slurm" / "config.yaml").read_text()
    assert "slurm_account: \"''\"" in shipped
    profile.write_text(shipped.replace("slurm_account: \"''\"", "slurm_account: \"'nope'\""))
    snakemake = Path(sys.executable).with_name("snakemake")
    done = subprocess.run(
        [snakemake, "--profile", "profiles/slurm", "--until", "tasks"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PATH": f"{stub}:{os.environ['PATH']}", "NO_COLOR": "1"},
        check=False,
    )
    assert done.returncode != 0
    (line,) = [row for row in done.stderr.splitlines() if "Slurm refuses" in row]
    assert "slurm_account 'nope'" in line and "default-resources in the profile" in line
    assert "Traceback" not in done.stderr
    asked = (stub / "asked").read_text().splitlines()
    assert asked and all("--test-only" in call for call in asked)
    assert not (tmp_path / "outputs" / "database").exists()
