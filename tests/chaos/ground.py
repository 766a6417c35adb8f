"""The cluster and the small disks that a run needs, put back as they were however it ends."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from cluster import Cluster

READY_TIMEOUT_S = 90.0


@contextlib.contextmanager
def small_disk(folder: Path, size_mb: int) -> Iterator[None]:
    """A file system of its own at ``folder``, in memory, unmounted in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "arcsweep-chaos", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield
    finally:
        # Lazily: a process that is about to end may still have a file open there.
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@contextlib.contextmanager
def whole_cluster(cluster: Cluster) -> Iterator[None]:
    """Afterwards no job is left, every link is up and every node takes jobs again."""
    try:
        yield
    finally:
        for node in cluster.nodes:
            _quietly("ip", "link", "set", node.outer_link, "up")
        _quietly("scancel", "--user=root")
        running = {daemon.name for daemon in cluster.daemons() if daemon.is_running()}
        for node in cluster.nodes:
            if f"slurmd-{node.name}" not in running:
                cluster.stop_node(node)
                cluster.start_node(node)
            _quietly("scontrol", "update", f"nodename={node.name}", "state=resume")
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not (cluster.is_up() and _is_queue_empty()):
            if time.monotonic() > deadline:
                raise TimeoutError("the cluster is not whole again after the chaos")
            time.sleep(0.5)


def _quietly(*command: str) -> None:
    subprocess.run(command, capture_output=True, check=False)


def _is_queue_empty() -> bool:
    listed = ["squeue", "--noheader"]
    return not subprocess.run(listed, capture_output=True, text=True, check=False).stdout.strip()
