"""Who a worker process is, and whether such a process still lives on this host."""

import os
import socket
from collections.abc import Mapping
from typing import Any

from arcsweep.storage.processes import ProcessIdentity, boot_identity


def describe_self(**more: Any) -> dict[str, Any]:
    """This process as an owner: host, boot, pid, the process's start, and what ``more`` adds."""
    return {
        "host": socket.gethostname(),
        "boot": boot_identity(),
        "pid": os.getpid(),
        # In ticks since boot: setting the clock must not make a live process another one.
        "started": ProcessIdentity.own().started,
        **more,
    }


def is_provably_dead(owner: Mapping[str, Any]) -> bool:
    """True when the owner ran under this very boot and its process is gone.

    A process of another host or boot is never judged here: only its lease tells.
    """
    if owner.get("boot") != boot_identity() or owner.get("host") != socket.gethostname():
        return False
    return not ProcessIdentity(int(owner["pid"]), str(owner["started"]), owner["boot"]).alive()
