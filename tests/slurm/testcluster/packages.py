"""The Debian packages that the cluster needs."""

import os
import shutil
import subprocess
from pathlib import Path

from testcluster.errors import ClusterUnavailableError

PACKAGE_OF_PROGRAM = {
    "slurmctld": "slurmctld",
    "slurmd": "slurmd",
    "slurmdbd": "slurmdbd",
    "sbatch": "slurm-client",
    "munged": "munge",
    "mariadbd": "mariadb-server",
    "mariadb-install-db": "mariadb-server",
    "ip": "iproute2",
    "nsenter": "util-linux",
}
INSTALL_TIMEOUT_S = 300


def missing_packages() -> list[str]:
    """Names of the packages whose programs are not on the path."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    lacking = {
        package
        for program, package in PACKAGE_OF_PROGRAM.items()
        if not shutil.which(program, path=path)
    }
    return sorted(lacking)


def ensure_packages() -> None:
    """Install what is missing with apt-get.

    Raises ClusterUnavailableError where that is impossible: not root, not Debian or Ubuntu,
    or no package source within reach.
    """
    missing = missing_packages()
    if not missing:
        return
    wanted = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ClusterUnavailableError(
            f"it needs {wanted}, and only root on Debian or Ubuntu can install them"
        )
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        _apt_get(command, wanted)
    if missing_packages():
        raise ClusterUnavailableError(f"apt-get did not bring {' '.join(missing_packages())}")


def _apt_get(arguments: list[str], wanted: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "TMPDIR": "/tmp"}
    try:
        done = subprocess.run(
            ["apt-get", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            cwd=Path("/"),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ClusterUnavailableError(
            f"apt-get took over {INSTALL_TIMEOUT_S} s for {wanted}"
        ) from error
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ClusterUnavailableError(f"apt-get could not install {wanted}: {last_line}")
