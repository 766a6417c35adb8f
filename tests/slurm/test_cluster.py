"""The cluster itself: real nodes with addresses of their own, real accounting."""

from pathlib import Path

from cluster import Cluster
from testcluster import network
from testcluster.daemons import wait_until
from testcluster.jobs import (
    slurm,
    states,
    submit,
    wait_for_states,
    wait_for_text,
)

SLEEP = "echo up; exec sleep 300"


def test_starting_twice_changes_nothing(cluster: Cluster) -> None:
    daemons = cluster.daemons()
    cluster.up()
    assert cluster.daemons() == daemons


def test_array_runs_on_four_nodes_with_addresses_of_their_own(
    cluster: Cluster, tmp_path: Path
) -> None:
    tasks = len(cluster.nodes)
    number = submit(
        "hostname; ip -4 -o address show scope global; sleep 1",
        f"--array=1-{tasks}",
        "--cpus-per-task=2",
        log=tmp_path / "%a.log",
    )
    wait_for_states(number, ["COMPLETED"])
    logs = [(tmp_path / f"{task}.log").read_text() for task in range(1, tasks + 1)]
    for node in cluster.nodes:
        (log,) = [text for text in logs if text.startswith(f"{node.name}\n")]
        assert f"inet {node.address}/" in log
        assert f"inet {network.SUBMIT_ADDRESS}/" not in log


def test_nodes_reach_the_submit_host_and_not_its_loopback(cluster: Cluster, tmp_path: Path) -> None:
    probe = "import socket; print(socket.socket().connect_ex(('%s', %d)))"
    number = submit(
        f'python3 -c "{probe % (network.SUBMIT_ADDRESS, 16817)}"\n'
        f'python3 -c "{probe % ("127.0.0.1", 16817)}"',
        log=tmp_path / "log",
    )
    wait_for_states(number, ["COMPLETED"])
    reached, refused = (tmp_path / "log").read_text().split()
    assert reached == "0" and refused != "0"


def test_accounting_knows_every_task_and_its_account(cluster: Cluster, tmp_path: Path) -> None:
    number = submit("true", "--array=1-2", log=tmp_path / "log")
    wait_for_states(number, ["COMPLETED"])

    def rows() -> list[str]:
        columns = "jobid,state,account"
        return slurm("sacct", "-X", "-n", "-P", "-j", number, f"--format={columns}").splitlines()

    expected = [f"{number}_{task}|COMPLETED|lab" for task in (1, 2)]
    assert wait_until(lambda: sorted(rows()) == expected, 20), rows()


def test_signal_reaches_the_batch_process(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    number = submit("trap 'echo got USR1; exit 0' USR1; echo up; sleep 300 & wait", log=log)
    wait_for_text(log, "up")
    slurm("scancel", "--batch", "--signal=USR1", number)
    wait_for_text(log, "got USR1")
    wait_for_states(number, ["COMPLETED"])


def test_requeued_job_starts_again(cluster: Cluster, tmp_path: Path) -> None:
    log = tmp_path / "log"
    number = submit("echo restart ${SLURM_RESTART_COUNT:-0}; exec sleep 300", log=log)
    wait_for_text(log, "restart 0")
    slurm("scontrol", "requeue", number)
    wait_for_states(number, ["PENDING"])
    wait_for_text(log, "restart 1", timeout_s=60)
    slurm("scancel", number)


def test_job_of_a_lost_node_is_requeued_and_the_node_comes_back(
    cluster: Cluster, tmp_path: Path
) -> None:
    number = submit(SLEEP, "--nodelist=n2", log=tmp_path / "log")
    wait_for_text(tmp_path / "log", "up")
    slurm("scontrol", "update", "nodename=n2", "state=down", "reason=test")
    wait_for_states(number, ["PENDING"])
    assert wait_until(cluster.is_up, 30)
    slurm("scancel", number)


def test_urgent_job_preempts_and_the_other_waits_again(cluster: Cluster, tmp_path: Path) -> None:
    whole_node = ("--nodelist=n3", "--cpus-per-task=2")
    number = submit(SLEEP, *whole_node, log=tmp_path / "log")
    wait_for_text(tmp_path / "log", "up")
    urgent = submit("true", "--partition=urgent", *whole_node, log=tmp_path / "urgent")
    wait_for_states(urgent, ["COMPLETED"], timeout_s=90)
    assert list(states(number).values()) == ["PENDING"]
    slurm("scancel", number)


def test_stand_in_gpus_are_handed_out(cluster: Cluster, tmp_path: Path) -> None:
    number = submit("echo devices $CUDA_VISIBLE_DEVICES", "--gpus=2", log=tmp_path / "log")
    wait_for_states(number, ["COMPLETED"])
    assert (tmp_path / "log").read_text() == "devices 0,1\n"
