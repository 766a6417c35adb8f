"""What workers ask of the database: real ones at work, and many connections that only live.

    python benchmarks/server.py [--workers 8 --workers 64] [--connections 200 --connections 2000]

The workers are the engine's own with the space, sampler and pruner of config.yaml; only training is
replaced, by sleeping. Processor seconds are told apart: what the server's processes used, and what
the workers used in their own. A projection multiplies them; it is no measurement.
"""

import json
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from arcsweep.config.load import load_config
from arcsweep.paths import Paths
from arcsweep.protocol import EpochReport, Params, Reporter
from arcsweep.storage.control import start, stop
from arcsweep.storage.engine import connect, engine_options
from arcsweep.storage.leases import Leases
from arcsweep.storage.location import Database
from arcsweep.storage.optuna_storage import WriterIdentity
from arcsweep.storage.owner import describe_self
from arcsweep.storage.settings import ServerSettings
from arcsweep.study.opening import open_study, prepare_study
from arcsweep.study.space import Space
from arcsweep.workers.worker import Worker, WorkerSettings

CONFIG = Path(__file__).resolve().parents[1] / "config.yaml"
EPOCHS = 20
LEASE_S = 60.0
CHECKPOINT = os.urandom(100_000)

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["server"])


class Sleeping:
    """Trains nothing for EPOCHS epochs of ``epoch_s`` seconds; its value rises with each."""

    def __init__(self, epoch_s: float) -> None:
        self.epoch_s = epoch_s

    def fingerprint(self) -> Mapping[str, str]:
        return {"sleeping": "1"}

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        level = float(params["lr"]) * 100
        for epoch in range(1, EPOCHS + 1):
            time.sleep(self.epoch_s)
            value = level * (1 - 0.8**epoch)
            metrics = {"accuracy": value, "predictions": dict.fromkeys(map(str, range(80)), "S1")}
            reporter.report(EpochReport(epoch, value, metrics), lambda: CHECKPOINT)


def work(database: Database, checkpoints: str, epoch_s: float) -> None:
    """One worker of the study until its budget is covered."""
    logging.basicConfig(level=logging.WARNING)
    config = load_config([CONFIG]).study
    identity = WriterIdentity(describe_self())
    opened = open_study(config, database.url(), engine_options(database), identity)
    leases = Leases(opened.engine, opened.study_id, LEASE_S, identity.described)
    settings = WorkerSettings(LEASE_S, 60.0, config.max_failed, config.max_stuck, 42)
    space = Space(config.space)
    Worker(
        opened.study, space, Sleeping(epoch_s), leases, identity, Path(checkpoints), settings,
        lambda: None,
    ).run()  # fmt: skip


@dataclass
class Server:
    """An embedded server whose use of the machine is watched."""

    database: Database
    postmaster: psutil.Process

    def cpu_s(self) -> float:
        """Processor seconds of the server's processes, ended ones included."""
        times = self.postmaster.cpu_times()
        own = times.user + times.system + times.children_user + times.children_system
        return own + sum(sum(_cpu(child)) for child in self.postmaster.children())

    def memory_mb(self) -> float:
        """Memory of the server's processes in MiB, shared pages counted once."""
        return sum(_pss(p) for p in [self.postmaster, *self.postmaster.children()]) / 2**20

    def ask(self, statement: str) -> int:
        with closing(connect(self.database, "watch")) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            ((value,),) = cursor.fetchall()
            return int(value)


def workers_at_work(
    server: Server, n_workers: int, n_trials: int, epoch_s: float
) -> dict[str, Any]:
    """A sweep of ``n_trials`` by ``n_workers``; what it cost the server and the workers."""
    config = load_config([CONFIG]).study.model_copy(update={"n_trials": n_trials})
    prepare_study(config, server.database.url(), engine_options(server.database), {"sleeping": "1"})
    commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    connections = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'arcsweep'"
    cpu_s, n_commits, began = server.cpu_s(), server.ask(commits), time.monotonic()
    with tempfile.TemporaryDirectory() as checkpoints:
        arguments = (server.database, checkpoints, epoch_s)
        crowd = [FORKS.Process(target=work, args=arguments) for _ in range(n_workers)]
        for worker in crowd:
            worker.start()
        most, memory_mb, clients = 0, 0.0, {}
        while any(worker.is_alive() for worker in crowd):
            most = max(most, server.ask(connections))
            memory_mb = max(memory_mb, server.memory_mb())
            for worker in crowd:
                clients[worker.pid] = max(clients.get(worker.pid, 0.0), _cpu_of(worker.pid))
            time.sleep(1.0)
    if any(worker.exitcode != 0 for worker in crowd):
        sys.exit("a worker failed; its message is above")
    wall_s = time.monotonic() - began
    epochs = server.ask("SELECT count(*) FROM trial_intermediate_values")
    spent_s = server.cpu_s() - cpu_s
    return {
        "workers": n_workers,
        "trials": n_trials,
        "epochs": epochs,
        "wall, s": round(wall_s, 1),
        "connections": most,
        "server, MiB": round(memory_mb),
        "commits/s": round((server.ask(commits) - n_commits) / wall_s, 1),
        "server, cores": round(spent_s / wall_s, 3),
        "server, ms a trial": round(1000 * spent_s / n_trials, 1),
        "server, ms an epoch": round(1000 * spent_s / epochs, 2),
        "worker, ms a trial": round(1000 * sum(clients.values()) / n_trials),
    }


def connections_alive(server: Server, n_connections: int, seconds: float) -> dict[str, Any]:
    """``n_connections`` that each prolong a lease as often as a worker does."""
    config = load_config([CONFIG]).study
    prepare_study(config, server.database.url(), engine_options(server.database), {"sleeping": "1"})
    stopped = FORKS.Event()
    n_processes = 4
    shares = [n_connections // n_processes] * n_processes
    ready = FORKS.Barrier(n_processes + 1)
    children = [
        FORKS.Process(target=_live, args=(server.database, share, ready, stopped))
        for share in shares
    ]
    for child in children:
        child.start()
    ready.wait(300)
    cpu_s, began = server.cpu_s(), time.monotonic()
    time.sleep(seconds)
    spent_s, wall_s = server.cpu_s() - cpu_s, time.monotonic() - began
    memory_mb = server.memory_mb()
    stopped.set()
    for child in children:
        child.join()
    return {
        "connections": sum(shares),
        "server, MiB": round(memory_mb),
        "server, cores": round(spent_s / wall_s, 3),
    }


def _live(database: Database, n_connections: int, ready: Any, stopped: Any) -> None:
    """Open connections and prolong a lease on each, spread over time."""
    statement = (
        "UPDATE arcsweep.sweeps SET last_sign = clock_timestamp() WHERE study_id = 1"
        " AND last_sign < clock_timestamp() - make_interval(secs => 7.5);"
        "UPDATE arcsweep.leases SET renewed_at = clock_timestamp() WHERE token = -1"
    )
    connections = [connect(database) for _ in range(n_connections)]
    for connection in connections:
        connection.autocommit = True
    ready.wait(300)
    pause_s = LEASE_S / 6 / n_connections
    while not stopped.is_set():
        for connection in connections:
            with connection.cursor() as cursor:
                cursor.execute(statement)
            if stopped.wait(pause_s):
                return


def _cpu(process: psutil.Process) -> tuple[float, float]:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0, 0.0
    return times.user, times.system


def _cpu_of(pid: int | None) -> float:
    try:
        return sum(_cpu(psutil.Process(pid)))
    except psutil.NoSuchProcess:
        return 0.0


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0


@contextmanager
def serving(folder: Path, max_connections: int = 300) -> Iterator[Server]:
    """An embedded server in ``folder``, stopped in the end."""
    paths = Paths(folder, "server", Path("data"), Path("c.npy"))
    database = start(paths, os.getpid(), ServerSettings(max_connections=max_connections))
    pid = int((paths.database / "data" / "postmaster.pid").read_text().split()[0])
    try:
        yield Server(database, psutil.Process(pid))
    finally:
        stop(paths)


def at_work(n_workers: int, trials_per_worker: int, epoch_s: float) -> dict[str, Any]:
    """:func:`workers_at_work` on a server of its own."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        serving(Path(name)) as server,
    ):
        return workers_at_work(server, n_workers, n_workers * trials_per_worker, epoch_s)


def alive(n_connections: int, seconds: float) -> dict[str, Any]:
    """:func:`connections_alive` on a server of its own."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        serving(Path(name), n_connections + 50) as server,
    ):
        return connections_alive(server, n_connections, seconds)


def main(
    workers: Annotated[list[int] | None, typer.Option(help="Workers at work; repeat.")] = None,
    connections: Annotated[list[int] | None, typer.Option(help="That only live; repeat.")] = None,
    trials_per_worker: Annotated[int, typer.Option(min=1)] = 3,
    epoch_s: Annotated[float, typer.Option(min=0, help="Seconds an epoch sleeps.")] = 1.0,
    seconds: Annotated[float, typer.Option(min=1, help="That connections are watched.")] = 30.0,
) -> None:
    for n_workers in [1, 8, 64] if workers is None else workers:
        print(json.dumps(at_work(n_workers, trials_per_worker, epoch_s)), flush=True)
    for n_connections in [100, 1000, 2000] if connections is None else connections:
        print(json.dumps(alive(n_connections, seconds)), flush=True)


if __name__ == "__main__":
    typer.run(main)
