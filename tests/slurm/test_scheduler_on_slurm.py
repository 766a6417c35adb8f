"""What arcsweep.scheduler says inside real jobs: names, ends, and what arrives before a kill."""

import sys
from pathlib import Path

from cluster import Cluster
from testcluster.jobs import slurm, submit, wait_for_states, wait_for_text

REPORT = """
import time
from arcsweep.scheduler import StopSignals, current_job, query_end
job = current_job()
with StopSignals(query_end(job), margin_s=60) as stop:
    print(f"job {job.job_id} on {job.node} in {job.partition}", flush=True)
    print(f"left {stop.seconds_left() + 60:.0f}", flush=True)
    while stop.reason() is None:
        time.sleep(0.05)
    print("left because", stop.reason(), flush=True)
    time.sleep(SECONDS_TO_SAVE)
    print("saved", flush=True)
"""


def _script(folder: Path, seconds_to_save: float = 0) -> str:
    program = folder / "report.py"
    program.write_text(REPORT.replace("SECONDS_TO_SAVE", str(seconds_to_save)))
    # exec: what Slurm signals is the worker itself, no shell that would die first.
    return f"exec {sys.executable} {program}"


def test_job_and_its_end_are_known_inside_an_array_task(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    number = submit(_script(tmp_path), "--array=3", "--time=7", "--nodelist=n4", log=log)
    text = wait_for_text(log, "left")
    assert f"job {number}_3 on n4 in main" in text
    left_s = int(text.split("left ")[1].split()[0])
    assert 380 <= left_s <= 420
    slurm("scancel", number)
    wait_for_text(log, "left because received SIGTERM")


def test_cancelled_job_has_time_to_save(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    number = submit(_script(tmp_path, seconds_to_save=2), "--time=7", log=log)
    wait_for_text(log, "left")
    slurm("scancel", number)
    wait_for_text(log, "saved")
    wait_for_states(number, ["CANCELLED"])


def test_walltime_is_seen_coming(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    submit(_script(tmp_path), "--partition=brief", log=log)
    assert "left because walltime ends in" in wait_for_text(log, "saved", timeout_s=30)


def test_warning_signal_reaches_an_execed_worker(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    # Slurm may send it up to a minute early, so with two minutes' notice of two it comes at once.
    submit(_script(tmp_path), "--time=2", "--signal=B:USR1@120", log=log)
    assert "left because received SIGUSR1" in wait_for_text(log, "saved", timeout_s=90)
