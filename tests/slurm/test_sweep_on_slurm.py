"""Sweeps on a real cluster: one array, an exact budget, and what happens when things break."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster
from cluster_sweep import ClusterSweep, array_jobs, slurm
from testcluster.jobs import wait_for_states

from arcsweep.workers.slurm_array import array_name


@pytest.fixture(autouse=True)
def empty_queue(cluster: Cluster) -> Iterator[None]:
    """A test that fails leaves no workers behind that wait for its database."""
    yield
    slurm("scancel", "--me")
    deadline = time.monotonic() + 60
    while slurm("squeue", "--me", "--noheader").strip() and time.monotonic() < deadline:
        time.sleep(0.5)


def test_eight_workers_are_one_array_with_an_exact_budget(tmp_path: Path) -> None:
    sweep = ClusterSweep(tmp_path, n_trials=40, n_workers=8, epoch_s=0.1)
    assert sweep.start().wait(120) == 0
    sweep.assert_exact()
    (tasks,) = array_jobs(tmp_path).values()
    assert tasks == {str(index) for index in range(8)}
    assert not sweep.repeated_epochs()


def test_a_first_task_that_outlives_the_others_harms_nobody(tmp_path: Path) -> None:
    """The fault of the Slurm plugin's own arrays: each task checks the first task's output."""
    sweep = ClusterSweep(tmp_path, n_trials=8, n_workers=4, epoch_s=0.3, lease_s=60)
    controller = sweep.start()
    sweep.wait(lambda: len(sweep.owners()) == 4)
    first = next(owner for owner in sweep.owners() if owner["worker"] == 0)
    os.kill(int(str(first["pid"])), signal.SIGSTOP)
    sweep.wait(lambda: sweep.states()["COMPLETE"] == 7)
    time.sleep(3)
    os.kill(int(str(first["pid"])), signal.SIGCONT)
    assert controller.wait(120) == 0
    sweep.assert_exact()
    assert not sweep.repeated_epochs()


@pytest.mark.parametrize("how", ["scancel", "SIGKILL"])
def test_a_first_task_that_is_killed_harms_nobody(tmp_path: Path, how: str) -> None:
    sweep = ClusterSweep(tmp_path, n_trials=24, n_workers=6, epoch_s=0.3)
    controller = sweep.start()
    sweep.wait(lambda: len(sweep.owners()) == 6)
    first = next(owner for owner in sweep.owners() if owner["worker"] == 0)
    if how == "scancel":
        slurm("scancel", str(first["job"]))
    else:
        os.kill(int(str(first["pid"])), signal.SIGKILL)
    assert controller.wait(120) == 0
    sweep.assert_exact()
    assert sum(sweep.repeated_epochs().values()) <= 1
    tasks = [task for task in array_jobs(tmp_path).values() if "0" in task]
    assert len(tasks) == 2, "another first task took its place"


def test_workers_share_a_task_and_its_gpu_and_leave_together(tmp_path: Path) -> None:
    """Eight workers as four tasks; one is cancelled: its two workers give their trials back."""
    sweep = ClusterSweep(tmp_path, n_trials=40, n_workers=8, epoch_s=0.3, per_task=2)
    controller = sweep.start(gpus=1)
    sweep.wait(lambda: len(sweep.owners()) == 8)
    owners = sweep.owners()
    assert {owner["worker"] for owner in owners} == set(range(8))
    jobs = Counter(str(owner["job"]) for owner in owners)
    assert sorted(jobs.values()) == [2, 2, 2, 2]
    slurm("scancel", next(iter(jobs)))
    assert controller.wait(120) == 0
    sweep.assert_exact()
    assert sum(sweep.repeated_epochs().values()) <= 2, "an epoch for each worker at most"
    rows = slurm("sacct", "-X", "-n", "-P", "--format=AllocTRES,WorkDir").splitlines()
    mine = [row for row in rows if row.endswith(f"|{tmp_path}")]
    assert mine and all("gres/gpu=1" in row and "cpu=2" in row for row in mine)


def test_more_workers_than_the_cluster_has_room_for(tmp_path: Path) -> None:
    """Another user fills half of the nodes: what waits neither blocks the sweep nor counts."""
    other = [
        slurm("sbatch", "--parsable", "--exclusive", f"--nodelist=n{n}", "--wrap=sleep 300").strip()
        for n in (1, 2)
    ]
    try:
        for job in other:
            wait_for_states(job, ["RUNNING"])
        sweep = ClusterSweep(tmp_path, n_trials=30, n_workers=12, epoch_s=0.1)
        assert sweep.start().wait(120) == 0
        sweep.assert_exact()
        waiting = (
            "squeue",
            "--noheader",
            "--states=PENDING",
            f"--name={array_name('toy', tmp_path)}",
        )
        assert slurm(*waiting).strip() == "", "what still waited was cancelled"
    finally:
        slurm("scancel", *other)


def test_requeue_scancel_node_failure_and_kills_cost_at_most_an_epoch_each(
    tmp_path: Path,
) -> None:
    sweep = ClusterSweep(tmp_path, n_trials=60, n_workers=8, epoch_s=0.5)
    controller = sweep.start()
    n_faults = 0

    def task_of(owner: dict[str, object]) -> str:
        return str(owner["job"])

    def pause() -> None:
        done = sweep.states()["COMPLETE"]
        sweep.wait(lambda: sweep.states()["COMPLETE"] >= done + 3)

    sweep.wait(lambda: len(sweep.owners()) == 8)
    slurm("scancel", task_of(sweep.owners()[0]))
    pause()
    slurm("scontrol", "requeue", task_of(sweep.owners()[1]))
    pause()
    os.kill(int(str(sweep.owners()[2]["pid"])), signal.SIGKILL)
    pause()
    on_node = len(slurm("squeue", "--noheader", "--nodelist=n3", "--states=RUNNING").splitlines())
    slurm("scontrol", "update", "nodename=n3", "state=down", "reason=test")
    pause()
    # With ReturnToService=2 the node may be back by itself, and resume is then refused.
    subprocess.run(["scontrol", "update", "nodename=n3", "state=resume"], check=False)
    n_faults = 3 + on_node
    controller.kill()
    controller.wait()
    controller = sweep.start()  # the same command adopts the tasks that are there
    assert controller.wait(180) == 0
    sweep.assert_exact()
    repeated = sweep.repeated_epochs()
    assert max(repeated.values(), default=0) <= n_faults
    assert sum(repeated.values()) <= n_faults, repeated


def test_a_controller_told_to_stop_while_the_database_is_out_leaves(tmp_path: Path) -> None:
    sweep = ClusterSweep(tmp_path, n_trials=40, n_workers=2, epoch_s=0.3)
    controller = sweep.start()
    sweep.wait(lambda: len(sweep.owners()) == 2)
    sweep.arcsweep("db", "stop")
    sweep.wait(lambda: "the database does not work" in (tmp_path / "sweep.log").read_text())
    controller.terminate()
    assert controller.wait(30) == 1
    assert "stopped: received SIGTERM" in (tmp_path / "sweep.log").read_text()


def test_a_sweep_of_five_times_the_walltime_ends_unattended(tmp_path: Path) -> None:
    sweep = ClusterSweep(tmp_path, n_trials=100, n_workers=4, epoch_s=0.5)
    assert sweep.start(runtime_min=1).wait(300) == 0
    sweep.assert_exact()
    (work_s,) = sweep.query(
        "SELECT sum((value_json::json->>'seconds')::float) FROM trial_user_attributes"
        " WHERE key = 'result'"
    )[0]
    assert float(str(work_s)) >= 5 * 60
    assert len(array_jobs(tmp_path)) >= 2, "tasks were replaced when their walltime ended"
    assert not sweep.repeated_epochs(), "workers left between epochs"


def test_broken_code_stops_the_sweep_with_its_traceback(tmp_path: Path) -> None:
    sweep = ClusterSweep(tmp_path, n_trials=30, n_workers=4, epoch_s=0.1, broken=True)
    controller = sweep.start()
    assert controller.wait(120) == 1
    log = (tmp_path / "sweep.log").read_text()
    assert "study.max_failed" in log and "the toy is broken after an epoch" in log
    assert sweep.states()["COMPLETE"] == 0
