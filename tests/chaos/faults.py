"""The faults, one class a kind: how it strikes, whom it hits, how it is mended."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import psutil
from cluster import Cluster
from testcluster import network
from testcluster.daemons import wait_until
from testcluster.network import Node

from arcsweep.storage.host_lease import read_lease
from chaos.observer import Holding, Observer
from chaos.subject import Subject

COMMAND_TIMEOUT_S = 60.0
START_TIMEOUT_S = 90.0


@dataclass
class World:
    """What faults act on. lanes: what only one fault at a time may touch."""

    cluster: Cluster
    subject: Subject
    observer: Observer
    lanes: dict[str, threading.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        nodes = [node.name for node in self.cluster.nodes]
        self.lanes = {name: threading.Lock() for name in ("checkpoints", *nodes)}
        self.lanes["control"] = self.subject.control


def slurm(*command: str) -> bool:
    """Run a Slurm command; whether it succeeded (a job may have ended just before)."""
    done = subprocess.run(command, capture_output=True, timeout=COMMAND_TIMEOUT_S, check=False)
    return done.returncode == 0


class Fault(ABC):
    """One fault. pick in [0, 1) chooses its target; lasts_s seconds pass before it is mended."""

    kind: ClassVar[str]
    ends_owners: ClassVar[bool] = False
    """Whether those hit must lose their trials, so that only a new owner's epoch is recovery."""
    lane: str = ""

    def __init__(self, world: World, pick: float, lasts_s: float) -> None:
        self.world = world
        self.pick = pick
        self.lasts_s = lasts_s

    @abstractmethod
    def strike(self) -> bool:
        """Do the damage; False when there was nothing to damage."""

    def keep(self) -> None:
        """Called again and again until the fault is mended."""
        return

    def mend(self) -> None:
        """Undo the damage."""
        return

    def hits(self, holding: Holding) -> bool:
        """Whether a worker that holds a trial while this lasts may lose the epoch in flight."""
        return False


class WorkerFault(Fault):
    """Strikes one worker that has a trial in hand."""

    ends_owners = True

    def strike(self) -> bool:
        owners = list(self.world.observer.last.owned.values())
        if not owners:
            return False
        self.victim = owners[int(self.pick * len(owners))]
        try:
            self.process = psutil.Process(self.victim.pid)
            return self.strike_worker()
        except psutil.NoSuchProcess:
            return False

    @abstractmethod
    def strike_worker(self) -> bool:
        """Damage ``self.victim``, whose process is ``self.process``."""

    def hits(self, holding: Holding) -> bool:
        return holding.pid == self.victim.pid


class WorkerKilled(WorkerFault):
    kind = "worker: SIGKILL"

    def strike_worker(self) -> bool:
        self.process.kill()
        return True


class WorkerTerminated(WorkerFault):
    kind = "worker: SIGTERM"

    def strike_worker(self) -> bool:
        self.process.terminate()
        return True


class WorkerSuspended(WorkerFault):
    kind = "worker: SIGSTOP"
    ends_owners = False  # nobody may have been free to take over before it woke

    def strike_worker(self) -> bool:
        self.process.suspend()
        return True

    def mend(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self.process.resume()


class TaskCancelled(WorkerFault):
    kind = "scancel of a task"

    def strike_worker(self) -> bool:
        return slurm("scancel", self.victim.job)


class TaskRequeued(WorkerFault):
    kind = "scontrol requeue"

    def strike_worker(self) -> bool:
        return slurm("scontrol", "requeue", self.victim.job)


class NodeFault(Fault):
    """Strikes the node that its lane names."""

    def __init__(self, world: World, pick: float, lasts_s: float) -> None:
        super().__init__(world, pick, lasts_s)
        self.node: Node = world.cluster.nodes[int(pick * len(world.cluster.nodes))]
        self.lane = self.node.name

    def hits(self, holding: Holding) -> bool:
        return holding.host == self.node.name

    def anyone_there(self) -> bool:
        return any(self.hits(holding) for holding in self.world.observer.last.owned.values())


class NodeDown(NodeFault):
    kind = "node down"
    ends_owners = True

    def strike(self) -> bool:
        down = ("scontrol", "update", f"nodename={self.node.name}", "state=down", "reason=chaos")
        return self.anyone_there() and slurm(*down)

    def mend(self) -> None:
        # Refused when the node came back by itself (ReturnToService=2).
        slurm("scontrol", "update", f"nodename={self.node.name}", "state=resume")


class NodeLost(NodeFault):
    """Every process of the node dies at once, as when its power fails."""

    kind = "node lost"
    ends_owners = True
    _one = threading.Lock()  # the cluster's list of daemons is one file

    def strike(self) -> bool:
        if not self.anyone_there():
            return False
        for pid in network.processes(self.node):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return True

    def mend(self) -> None:
        with self._one:
            self.world.cluster.stop_node(self.node)
            self.world.cluster.start_node(self.node)


class NetworkCut(NodeFault):
    kind = "network cut"

    def strike(self) -> bool:
        return self.anyone_there() and slurm("ip", "link", "set", self.node.outer_link, "down")

    def mend(self) -> None:
        slurm("ip", "link", "set", self.node.outer_link, "up")


class DatabaseStopped(Fault):
    """The database is stopped in order, and later started again, both by hand."""

    kind = "database stopped"
    lane = "control"

    def strike(self) -> bool:
        self.world.subject.arcsweep("db", "stop")
        return True

    def mend(self) -> None:
        self.world.subject.start_database()


class PostmasterKilled(Fault):
    """Its supervisor starts it again."""

    kind = "database: SIGKILL"

    def strike(self) -> bool:
        try:
            pid = (self.world.subject.database_folder.data / "postmaster.pid").read_text()
            os.kill(int(pid.splitlines()[0]), signal.SIGKILL)
        except (OSError, ValueError, IndexError):
            return False
        return True


class SupervisorKilled(Fault):
    """The server goes with its supervisor; the start by hand is what brings it back."""

    kind = "supervisor: SIGKILL"
    lane = "control"

    def strike(self) -> bool:
        lease = read_lease(self.world.subject.database_folder)
        if lease is None or not lease.process.alive():
            return False
        os.kill(lease.process.pid, signal.SIGKILL)
        return True

    def mend(self) -> None:
        self.world.subject.start_database()


class ControllerFault(Fault):
    """Ends the controlling process, and starts the same command again.

    It is mended when the new one is at work: a start without a database, or on a full disk, is
    rightly refused.
    """

    lane = "control"
    how: ClassVar[signal.Signals]

    def strike(self) -> bool:
        process = self.world.subject.controller
        if process is None or process.poll() is not None:
            return False
        self.world.subject.end(self.how)
        return True

    def mend(self) -> None:
        subject = self.world.subject
        before = subject.turn()
        subject.start()
        wait_until(lambda: subject.has_ended() or subject.turn() != before, START_TIMEOUT_S)


class ControllerKilled(ControllerFault):
    kind = "controller: SIGKILL"
    how = signal.SIGKILL


class ControllerInterrupted(ControllerFault):
    kind = "controller: SIGINT"
    how = signal.SIGINT


class DiskFault(Fault):
    """Fills the file system of ``folder`` and keeps it full."""

    @property
    @abstractmethod
    def folder(self) -> Path:
        """A mount point of its own."""

    def strike(self) -> bool:
        if not self.folder.is_mount():
            return False
        self.keep()
        return True

    def keep(self) -> None:
        with (self.folder / FILL_NAME).open("ab") as stream:
            for size in (1 << 20, 4096):
                with contextlib.suppress(OSError):
                    while shutil.disk_usage(self.folder).free >= size:
                        stream.write(bytes(size))
                        stream.flush()

    def mend(self) -> None:
        (self.folder / FILL_NAME).unlink(missing_ok=True)


FILL_NAME = ".full"


class CheckpointsFull(DiskFault):
    kind = "checkpoint disk full"
    lane = "checkpoints"

    @property
    def folder(self) -> Path:
        return self.world.subject.paths.checkpoints

    def hits(self, holding: Holding) -> bool:
        return True


class DatabaseDiskFull(DiskFault):
    """Not while the database is to be started, which a full disk rightly refuses."""

    kind = "database disk full"
    lane = "control"

    @property
    def folder(self) -> Path:
        return self.world.subject.paths.database


KINDS: Sequence[type[Fault]] = (
    WorkerKilled,
    WorkerTerminated,
    WorkerSuspended,
    TaskCancelled,
    TaskRequeued,
    NodeDown,
    NodeLost,
    NetworkCut,
    DatabaseStopped,
    PostmasterKilled,
    SupervisorKilled,
    ControllerKilled,
    ControllerInterrupted,
    CheckpointsFull,
    DatabaseDiskFull,
)
