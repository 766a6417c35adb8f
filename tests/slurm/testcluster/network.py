"""A network namespace with an address of its own for every node, joined by a bridge."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from testcluster.errors import ClusterUnavailableError

BRIDGE = "arcsweep0"
SUBMIT_ADDRESS = "10.77.0.1"
PREFIX_BITS = 24
NAMESPACES = Path("/run/netns")


@dataclass(frozen=True)
class Node:
    """One compute node: its Slurm name, its address and its namespace."""

    name: str
    address: str

    @property
    def namespace(self) -> str:
        return f"arcsweep-{self.name}"

    @property
    def namespace_file(self) -> Path:
        return NAMESPACES / self.namespace

    @property
    def outer_link(self) -> str:
        """Interface on the bridge's side; the kernel allows 15 characters."""
        return f"arcsw-{self.name}"


def nodes(count: int) -> list[Node]:
    """Nodes n1, n2, … at 10.77.0.11, 10.77.0.12, …"""
    return [Node(f"n{index}", f"10.77.0.{10 + index}") for index in range(1, count + 1)]


def create(members: list[Node]) -> None:
    """Make the bridge and the namespaces; what is left of an earlier start is replaced.

    Raises ClusterUnavailableError where the kernel or a container forbids it.
    """
    remove(members)
    _ip("link", "add", BRIDGE, "type", "bridge")
    _ip("address", "add", f"{SUBMIT_ADDRESS}/{PREFIX_BITS}", "dev", BRIDGE)
    _ip("link", "set", BRIDGE, "up")
    for node in members:
        attach(node)


def attach(node: Node) -> None:
    """Make the namespace of one more host and join it to the bridge."""
    _ip("netns", "add", node.namespace)
    peer = ("peer", "name", "eth0", "netns", node.namespace)
    _ip("link", "add", node.outer_link, "type", "veth", *peer)
    _ip("link", "set", node.outer_link, "master", BRIDGE, "up")
    _ip("-n", node.namespace, "address", "add", f"{node.address}/{PREFIX_BITS}", "dev", "eth0")
    for link in ("lo", "eth0"):
        _ip("-n", node.namespace, "link", "set", link, "up")


def remove(members: list[Node], *, bridge: bool = True) -> None:
    """Delete the namespaces (their links go with them) and the bridge, where they exist."""
    for node in members:
        if node.namespace_file.exists():
            _ip("netns", "delete", node.namespace)
        # The kernel removes a namespace's link some time later, and a start right after a
        # stop would find it still there.
        _delete_link(node.outer_link)
    if bridge:
        _delete_link(BRIDGE)


def processes(node: Node) -> list[int]:
    """Ids of the processes in the node's namespace: its slurmd, job steps and what they run."""
    if not node.namespace_file.exists():
        return []
    return [int(word) for word in _ip("netns", "pids", node.namespace).split()]


def _delete_link(name: str) -> None:
    if Path("/sys/class/net", name).exists():
        # It may vanish by itself in between.
        subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ClusterUnavailableError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
