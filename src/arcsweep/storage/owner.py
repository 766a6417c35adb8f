"""Who a worker process is, and whether such a process still lives on this host."""

import os
import socket
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import psutil


@cache
def _boot() -> str:
    """Identity of this boot of this kernel and of the process table that we see of it."""
    boot_id = Path("/proc/sys/kernel/random/boot_id")
    kernel = boot_id.read_text().strip() if boot_id.exists() else str(psutil.boot_time())
    table = Path("/proc/self/ns/pid")
    return f"{kernel}/{table.stat().st_ino if table.exists() else 0}"


def describe_self(**more: Any) -> dict[str, Any]:
    """This process as an owner: host, boot, pid, the process's start, and what ``more`` adds."""
    return {
        "host": socket.gethostname(),
        "boot": _boot(),
        "pid": os.getpid(),
        "started": psutil.Process().create_time(),
        **more,
    }


def is_provably_dead(owner: Mapping[str, Any]) -> bool:
    """True when the owner ran under this very boot and its process is gone.

    A process of another host or boot is never judged here: only its lease tells.
    """
    if owner.get("boot") != _boot() or owner.get("host") != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(owner["pid"]))
        # A zombie holds a pid but will never write again.
        return (
            abs(process.create_time() - float(owner["started"])) > 1.0
            or process.status() == psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False
