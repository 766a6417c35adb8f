"""The whole workflow through profiles/slurm: interrupted, killed, moved, and what it says."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from cluster import Cluster
from cluster_sweep import array_jobs, n_begun_tasks, slurm
from cluster_workflow import ClusterWorkflow, wait_for_empty_queue
from testcluster import network
from testcluster.network import Node

pytestmark = [pytest.mark.usefixtures("cluster"), pytest.mark.slow]


@pytest.fixture(autouse=True)
def empty_queue() -> Iterator[None]:
    """A test that fails leaves no job behind that the next one would meet."""
    yield
    slurm("scancel", "--me")
    wait_for_empty_queue()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tasks, labels and split, made once by the commands that the rules call."""
    workflow = ClusterWorkflow(tmp_path_factory.mktemp("prepared"))
    configs = ["--config", "config.yaml", "--config", "tiny.yaml", "--config", "eight.yaml"]
    for stage in (["tasks", "--processes", "2"], ["labels"], ["split"]):
        subprocess.run(
            [sys.executable, "-m", "arcsweep", *stage, *configs], cwd=workflow.folder, check=True
        )
    return workflow.folder


def test_the_whole_workflow_goes_on_after_ctrl_c(tmp_path: Path) -> None:
    workflow = ClusterWorkflow(tmp_path, confirms=True)
    first = workflow.start()
    workflow.wait(lambda: workflow.n_epochs() >= 6, first)
    assert workflow.start().wait(60) != 0
    assert "already runs a workflow in this folder" in workflow.log()
    os.killpg(first.pid, signal.SIGINT)  # as a terminal does
    assert first.wait(60) != 0
    wait_for_empty_queue()

    workflow.finish()
    workflow.assert_complete()
    assert workflow.trials()["n_takeovers"].sum() > 0, "interrupted trials went on"
    first_array = min(array_jobs(tmp_path), key=int)
    assert array_jobs(tmp_path)[first_array] == {str(index) for index in range(8)}
    server = json.loads((tmp_path / "outputs" / "database" / "server.json").read_text())
    assert server["host"] == network.SUBMIT_ADDRESS, "not on loopback, and nowhere else"
    found = [line for line in workflow.log().splitlines() if line.startswith("found study tiny:")]
    assert len(found) == 1 and "of 16 trials finished" in found[0] and "to go on with" in found[0]
    with (tmp_path / "outputs" / "tiny" / "cost.csv").open(newline="") as stream:
        cost = {row["stage"]: row for row in csv.DictReader(stream)}
    assert set(cost) == {
        "prepare", "baseline", "diagnosis", "sweep", "extended", "embeddings", "confirmation",
        "forest", "propose", "report",
    }  # fmt: skip
    assert cost["confirmation"]["jobs"] == "4"
    assert int(cost["sweep"]["jobs"]) == n_begun_tasks(tmp_path)
    assert all(float(row["cpu_hours_asked"]) > 0 for row in cost.values())
    assert "What study tiny cost" in workflow.log()


def test_a_killed_snakemake_and_extended_runs_in_trouble_on_an_external_server(
    tmp_path: Path, prepared: Path
) -> None:
    """Two jobs at a time, a first extended run that outlives the others by more than
    latency-wait, one that is cancelled, and Snakemake killed twice on the way."""
    server = tmp_path / "server"
    server.mkdir()
    (tmp_path / "run").mkdir()
    workflow = ClusterWorkflow(tmp_path / "run")
    workflow.prepare(prepared)
    workflow.environment["ARCSWEEP_DATABASE_URL"] = _external_server(server)
    options = ("--jobs", "2", "--latency-wait", "4")

    first = workflow.start(*options)
    workflow.wait(lambda: workflow.n_epochs() >= 6, first)
    first.kill()
    first.wait()
    second = workflow.start(*options)
    extended = _first_extended(workflow, second)
    second.kill()  # its jobs go on without it
    second.wait()
    assert extended.is_running()

    third = workflow.start(*options)
    # Said when those jobs are gone: the processes found from here on are this run's.
    workflow.wait(lambda: workflow.log().count("found study tiny:") == 2, third)
    assert "that an earlier run left behind" in workflow.log()
    stopped = _first_extended(workflow, third)
    stopped.suspend()
    # The others of the array that the plugin would have made, one of them cancelled.
    done = tmp_path / "run" / "outputs" / "tiny" / "extended"
    workflow.wait(lambda: _cancel_another(workflow, stopped), third)
    workflow.wait(lambda: len(list(done.glob("*.json"))) >= 1, third)
    time.sleep(6)  # longer than latency-wait
    stopped.resume()
    assert third.wait(420) == 0, workflow.end_of_log()
    workflow.assert_complete()
    assert not (workflow.folder / "outputs" / "database").exists()
    assert "the Snakemake that started this sweep is gone" in workflow.log()
    assert workflow.trials()["n_takeovers"].sum() == 0, "the workers worked on, and were adopted"


def test_a_second_login_node_takes_over_after_the_first_died(
    tmp_path: Path, prepared: Path, cluster: Cluster
) -> None:
    workflow = ClusterWorkflow(tmp_path)
    workflow.prepare(prepared)
    second = Node("login2", "10.77.0.2")
    network.attach(second)
    try:
        first = workflow.start()
        workflow.wait(lambda: workflow.n_epochs() >= 6, first)
        assert workflow.start(on=_login(second)).wait(60) != 0
        assert "already runs a workflow in this folder" in workflow.log(), "while the first lives"
        _power_off(workflow, first)
        workflow.finish("--until", "trials", on=_login(second))
        assert len(workflow.trials()) == 16
        assert set(workflow.trials()["state"]) <= {"COMPLETE", "PRUNED"}
        assert "watching for 60 s whether it still does" in workflow.log()
        record = json.loads((tmp_path / "outputs" / "database" / "server.json").read_text())
        assert record["host"] == second.address
    finally:
        network.remove([second], bridge=False)


def test_the_error_of_a_failed_job_names_rule_job_and_log_and_shows_its_end(
    tmp_path: Path, prepared: Path
) -> None:
    workflow = ClusterWorkflow(tmp_path)
    workflow.prepare(prepared)
    shutil.rmtree(tmp_path / "data")
    run = workflow.start("--retries", "0", "--until", "baseline")
    assert run.wait(120) == 1
    told = workflow.log()
    rows = slurm("sacct", "-X", "-n", "-P", "--format=JobID,State,WorkDir").splitlines()
    (job,) = [row.split("|")[0] for row in rows if row.endswith(f"|FAILED|{tmp_path}")]
    assert "Error in rule baseline" in told and f"SLURM-job '{job}' failed" in told
    assert f"error in Slurm job {job} on n" in told, "the command itself says it as well"
    log = "logs/tiny/baseline.log"
    assert log in told, "where it is"
    end = (tmp_path / log).read_text().splitlines()[-1]
    assert "data/tiny" in end and end in told, "and how it ends"


def _external_server(folder: Path) -> str:
    """A server that is not the workflow's own; its URL, without a password."""
    (folder / "config.yaml").write_text("study: {name: x, n_trials: 1, space: {}}\n")
    config = ["--config", str(Path(__file__).resolve().parents[2] / "config.yaml")]
    environment = {**os.environ, "ARCSWEEP_DATABASE_LISTEN": network.SUBMIT_ADDRESS}
    command = [sys.executable, "-m", "arcsweep", "db"]
    watch = ["--watch", str(os.getpid())]
    subprocess.run(
        [*command, "start", *watch, *config], cwd=folder, env=environment, check=True, timeout=60
    )
    done = subprocess.run(
        [*command, "url", *config], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _extended(workflow: ClusterWorkflow) -> list[psutil.Process]:
    return workflow.processes("extended", "--group")


def _job_number(process: psutil.Process) -> int:
    """Its Slurm job; more than any where the process has just ended."""
    try:
        return int(process.environ()["SLURM_JOB_ID"])
    except psutil.Error:
        return sys.maxsize


def _first_extended(workflow: ClusterWorkflow, run: subprocess.Popen[str]) -> psutil.Process:
    workflow.wait(lambda: len(_extended(workflow)) > 0, run)
    return min(_extended(workflow), key=_job_number)


def _cancel_another(workflow: ClusterWorkflow, spared: psutil.Process) -> bool:
    """Cancel the job of an extended run that is not ``spared``; False while there is none."""
    others = [_job_number(process) for process in _extended(workflow) if process != spared]
    running = [number for number in others if number != sys.maxsize]
    if running:
        slurm("scancel", str(running[0]))
    return bool(running)


def _login(node: Node) -> tuple[str, ...]:
    """A shell on another login node: its own network, host name and process table."""
    inside = f'hostname {node.name}; "$@"; code=$?; sleep 3; exit $code'
    host = ("nsenter", f"--net={node.namespace_file}", "unshare", "--uts", "--pid", "--fork")
    return (*host, "--kill-child", "--mount-proc", "sh", "-c", inside, "sh")


def _power_off(workflow: ClusterWorkflow, snakemake: subprocess.Popen[str]) -> None:
    """Kill all that the workflow runs on the submit host, at once and without a word."""
    database = workflow.folder / "outputs" / "database"
    lease = json.loads((database / "host-lease.json").read_text())
    postmaster = (database / "data" / "postmaster.pid").read_text().split()[0]
    lock = (workflow.folder / "outputs" / "tiny" / "workers" / "sweep.lock").read_text()
    for pid in (snakemake.pid, int(lock.split()[1]), lease["process"]["pid"], int(postmaster)):
        os.kill(pid, signal.SIGKILL)
    snakemake.wait()
