"""What a real Slurm refuses is told before anything is queued."""

import subprocess
from pathlib import Path

import pytest
from cluster_sweep import slurm
from cluster_workflow import ClusterWorkflow

from arcsweep.errors import ArcsweepError
from arcsweep.workers.site import asked_of_slurm, check_site

pytestmark = pytest.mark.usefixtures("cluster")


def test_a_wrong_partition_is_refused_with_those_that_there_are() -> None:
    check_site([("", ""), ("main", "")])
    with pytest.raises(
        ArcsweepError, match=r"'nope'.*invalid partition.*partitions here: main, .*profile"
    ):
        check_site(asked_of_slurm([{"slurm_partition": "nope"}, {"mem_mb": 500}]))


def test_a_workflow_with_a_wrong_partition_ends_in_one_line_and_queues_nothing(
    tmp_path: Path,
) -> None:
    workflow = ClusterWorkflow(tmp_path)
    done = subprocess.run(
        [*workflow.command("--until", "tasks"), "--default-resources", "slurm_partition=nope"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    (line,) = [row for row in done.stderr.splitlines() if "Slurm refuses" in row]
    assert "slurm_partition 'nope'" in line and "default-resources in the profile" in line
    assert slurm("squeue", "--noheader", "--me") == ""
    assert not (tmp_path / "outputs" / "database").exists()
