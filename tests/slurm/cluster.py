"""A real Slurm cluster of four nodes on one machine, for tests and for trying the profiles.

    python tests/slurm/cluster.py up       # as root; about ten seconds
    python tests/slurm/cluster.py status
    python tests/slurm/cluster.py down

slurmctld, slurmdbd on MariaDB and munge run on the machine itself, the submit host; each slurmd
runs in a network namespace with a host name and an address of its own. Everything lives in one
folder (ARCSWEEP_SLURM_DIR, default arcsweep-slurm in the temporary folder) but
/etc/slurm/slurm.conf, a link into it: the Snakemake plugin's job step drops SLURM_CONF, so its
srun reads that path.
"""

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from testcluster import network, settings
from testcluster.daemons import Daemon, load, save, wait_ready, wait_until
from testcluster.errors import ClusterUnavailableError
from testcluster.network import Node
from testcluster.packages import ensure_packages

N_NODES = 4
SYSTEM_CONF = Path("/etc/slurm/slurm.conf")
DRAIN_TIMEOUT_S = 15


def default_folder() -> Path:
    return Path(
        os.environ.get("ARCSWEEP_SLURM_DIR") or Path(tempfile.gettempdir()) / "arcsweep-slurm"
    )


@dataclass
class Cluster:
    """The cluster in ``folder``, running or not."""

    folder: Path = field(default_factory=default_folder)
    nodes: list[Node] = field(default_factory=lambda: network.nodes(N_NODES))

    # What it is.
    @property
    def submit_address(self) -> str:
        """Address at which compute nodes reach the submit host."""
        return network.SUBMIT_ADDRESS

    @property
    def state_file(self) -> Path:
        return self.folder / "daemons.json"

    @property
    def conf(self) -> Path:
        return self.folder / "slurm.conf"

    def daemons(self) -> list[Daemon]:
        """What the last ``up`` started and ``down`` has not stopped."""
        return load(self.state_file)

    def is_up(self) -> bool:
        """Every daemon runs and every node takes jobs."""
        daemons = self.daemons()
        expected = 4 + len(self.nodes)
        return (
            len(daemons) == expected
            and all(daemon.is_running() for daemon in daemons)
            and self._ready_nodes() == len(self.nodes)
        )

    # Bringing it up.
    def up(self) -> None:
        """Start the cluster unless it is up already; takes about ten seconds.

        Raises ClusterUnavailableError when this machine cannot run it; what was started by then
        is stopped again.
        """
        self._require_permission()
        if self.is_up():
            return
        ensure_packages()
        self.down()
        try:
            self._write_files()
            network.create(self.nodes)
            for start in (
                self._munge,
                self._mariadb,
                self._slurmdbd,
                self._slurmctld,
                self._slurmd,
            ):
                start()
            wait_ready("the nodes", self.is_up, self.folder / "slurmctld.log")
        except BaseException:
            self.down(keep_logs=True)
            raise

    def _require_permission(self) -> None:
        if os.geteuid() != 0:
            raise ClusterUnavailableError("network namespaces and slurmd need root")
        if SYSTEM_CONF.exists() and SYSTEM_CONF.resolve() != self.conf.resolve():
            raise ClusterUnavailableError(f"{SYSTEM_CONF} belongs to another cluster")

    def _write_files(self) -> None:
        password = secrets.token_urlsafe(18)
        hostname = socket.gethostname().split(".")[0]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o755)
        (self.folder / "state").mkdir()
        self.conf.write_text(settings.slurm_conf(self.folder, hostname, self.nodes))
        (self.folder / "gres.conf").write_text(settings.gres_conf())
        dbd_conf = self.folder / "slurmdbd.conf"
        dbd_conf.touch(mode=0o600)
        dbd_conf.write_text(settings.slurmdbd_conf(self.folder, hostname, password))
        self._private_file("mariadb.sql", settings.mariadb_init_sql(password).encode(), "mysql")
        self._private_file("munge.key", secrets.token_bytes(128), "munge")
        SYSTEM_CONF.parent.mkdir(parents=True, exist_ok=True)
        SYSTEM_CONF.unlink(missing_ok=True)
        SYSTEM_CONF.symlink_to(self.conf)

    def _private_file(self, name: str, content: bytes, owner: str) -> None:
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
        shutil.chown(path, owner, owner)

    def _start(self, name: str, command: list[str], *, user: str = "root") -> None:
        save(
            [*self.daemons(), Daemon.start(name, command, self.folder, user=user)], self.state_file
        )

    def _munge(self) -> None:
        # munged wants folders of its own; one that others may write to it refuses.
        home = self.folder / "munge"
        home.mkdir()
        shutil.chown(home, "munge", "munge")
        socket_path = self.folder / "munge.socket"
        socket_path.symlink_to(home / "socket")
        command = ["munged", "--foreground", f"--key-file={self.folder / 'munge.key'}"]
        command += [f"--socket={home / 'socket'}", f"--pid-file={home / 'pid'}"]
        command += [f"--log-file={home / 'log'}", f"--seed-file={home / 'seed'}"]
        self._start("munged", command, user="munge")
        wait_ready("munged", (home / "socket").exists, home / "log")

    def _mariadb(self) -> None:
        home = self.folder / "mariadb"
        home.mkdir()
        shutil.chown(home, "mysql", "mysql")
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={home}", "--skip-test-db"]
        install += ["--auth-root-authentication-method=normal", "--user=mysql"]
        subprocess.run(install, capture_output=True, check=True)
        command = ["mariadbd", "--no-defaults", f"--datadir={home}", f"--socket={home}/socket"]
        command += ["--bind-address=127.0.0.1", f"--port={settings.MARIADB_PORT}"]
        command += [f"--init-file={self.folder}/mariadb.sql", "--skip-name-resolve"]
        # A crash may lose accounting of a test; waiting for the disk costs seconds.
        command += ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"]
        self._start("mariadbd", command, user="mysql")
        is_open = partial(_port_open, settings.MARIADB_PORT)
        wait_ready("mariadbd", is_open, self.folder / "mariadbd.out")

    def _slurmdbd(self) -> None:
        self._start("slurmdbd", ["slurmdbd", "-D"])
        log = self.folder / "slurmdbd.log"
        cluster = ("cluster", settings.CLUSTER_NAME)
        wait_ready("slurmdbd", lambda: self._accounting("add", *cluster), log)
        self._accounting("add", "account", settings.ACCOUNT, f"cluster={settings.CLUSTER_NAME}")
        self._accounting("add", "user", "root", f"account={settings.ACCOUNT}")
        self._accounting("modify", "user", "root", "set", f"defaultaccount={settings.ACCOUNT}")

    def _accounting(self, *words: str) -> bool:
        command = ["sacctmgr", "--immediate", *words]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _slurmctld(self) -> None:
        self._start("slurmctld", ["slurmctld", "-D", "-c"])
        wait_ready(
            "slurmctld", lambda: self._answers("scontrol", "ping"), self.folder / "slurmctld.log"
        )

    def _slurmd(self) -> None:
        for node in self.nodes:
            self.start_node(node)

    def start_node(self, node: Node) -> None:
        """Start the slurmd of ``node`` in its namespaces."""
        # Not `ip netns exec`: it remounts /sys, where slurmd then finds no cgroup file system.
        rename = f"hostname {node.name} && exec slurmd -D -N {node.name} -f {self.conf}"
        command = [
            "nsenter",
            f"--net={node.namespace_file}",
            "unshare",
            "--uts",
            "sh",
            "-c",
            rename,
        ]
        self._start(f"slurmd-{node.name}", command)

    def stop_node(self, node: Node) -> None:
        """Stop the slurmd of ``node``, as a crash would; its jobs' processes go on."""
        for daemon in self.daemons():
            if daemon.name == f"slurmd-{node.name}":
                daemon.stop()
        save([daemon for daemon in self.daemons() if daemon.is_running()], self.state_file)

    # Taking it down.
    def down(self, *, keep_logs: bool = False) -> None:
        """Stop what this cluster started and remove its folder, namespaces and link."""
        self._cancel_jobs()
        for daemon in reversed(self.daemons()):
            daemon.stop()
        self._kill_leftovers()
        network.remove(self.nodes)
        if SYSTEM_CONF.is_symlink() and SYSTEM_CONF.readlink() == self.conf:
            SYSTEM_CONF.unlink()
        self.state_file.unlink(missing_ok=True)
        if not keep_logs:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _cancel_jobs(self) -> None:
        if not self._answers("scontrol", "ping"):
            return
        subprocess.run(["scancel", "--user=root"], capture_output=True, check=False)
        wait_until(lambda: not self._queue(), DRAIN_TIMEOUT_S)

    def _kill_leftovers(self) -> None:
        """End job processes that outlived their slurmd: whatever is left in our namespaces."""
        for node in self.nodes:
            for pid in network.processes(node):
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    continue

    # Asking it.
    def leftovers(self, daemons: list[Daemon]) -> list[str]:
        """What a ``down`` should have removed and has not; ``daemons`` are those it stopped."""
        left = [daemon.name for daemon in daemons if daemon.is_running()]
        left += [node.namespace for node in self.nodes if node.namespace_file.exists()]
        return left + [str(path) for path in (self.folder, SYSTEM_CONF) if path.exists()]

    def _queue(self) -> str:
        return subprocess.run(
            ["squeue", "--noheader"], capture_output=True, text=True, check=False
        ).stdout

    def _answers(self, *command: str) -> bool:
        if not self.state_file.exists() or not shutil.which(command[0]):
            return False
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode == 0 and "DOWN" not in done.stdout

    def _ready_nodes(self) -> int:
        done = subprocess.run(
            ["sinfo", "--noheader", "--Node", "--partition=main", "--format=%N %t"],
            capture_output=True,
            text=True,
            check=False,
        )
        states = [line.split()[1] for line in done.stdout.splitlines()]
        return sum(state in ("idle", "mix", "alloc", "comp") for state in states)


def _port_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> int:
    """Entry point of the command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        description="A real Slurm cluster of four nodes on one machine."
    )
    parser.add_argument("verb", choices=["up", "down", "status"])
    verb = parser.parse_args().verb
    cluster = Cluster()
    started = time.monotonic()
    try:
        if verb == "up":
            cluster.up()
        elif verb == "down":
            cluster.down()
    except ClusterUnavailableError as error:
        print(f"no Slurm cluster here: {error}", file=sys.stderr)
        return 1
    is_up = cluster.is_up()
    seconds = time.monotonic() - started
    print(f"{'up' if is_up else 'down'} ({seconds:.0f} s): {cluster.folder}")
    return 0 if is_up == (verb != "down") else 1


if __name__ == "__main__":
    sys.exit(main())
