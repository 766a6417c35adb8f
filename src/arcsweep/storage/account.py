"""Who the server's processes run as.

PostgreSQL refuses to run as root. For an ordinary user the server runs as that user. For root
(containers, CI) it runs as a system user of its own without login, which is made when missing.
Folders closed to that user, such as a temporary folder with mode 0700, are not opened: its
processes get the one capability to pass through, and only when they must.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from arcsweep.errors import StorageError

SYSTEM_USER = "arcsweep-pg"

# linux/prctl.h, linux/capability.h
_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2


@dataclass(frozen=True)
class ServerAccount:
    """The user of the server's processes.

    uid, gid: None when they run as the calling user.
    capability: what they may keep to reach their folders, None for nothing.
    """

    uid: int | None = None
    gid: int | None = None
    capability: int | None = None

    def own(self, path: Path, mode: int) -> None:
        """Give ``path`` to the server's user with permission bits ``mode``."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def admit(self, folder: Path) -> None:
        """Let the server's user pass through ``folder``, which stays closed to everyone else."""
        if self.gid is None:
            folder.chmod(0o700)
        else:
            os.chown(folder, -1, self.gid)
            folder.chmod(0o710)

    def enter(self) -> None:
        """Become the account for good; to be called in a new process just before its exec."""
        libc = ctypes.CDLL(None, use_errno=True)
        if self.uid is not None and self.gid is not None:
            if self.capability is not None:
                libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
            os.setgroups([])
            os.setresgid(self.gid, self.gid, self.gid)
            os.setresuid(self.uid, self.uid, self.uid)
            if self.capability is not None:
                _keep_only(libc, self.capability)
        os.umask(0o077)
        if hasattr(libc, "prctl"):
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)

    def enter_as_child(self) -> None:
        """As :meth:`enter`; the process is also told to shut down fast when its parent dies."""
        self.enter()
        libc = ctypes.CDLL(None)
        if hasattr(libc, "prctl"):
            # After the change of user, which would clear it.
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)


def server_account(folder: Path, program: Path) -> ServerAccount:
    """The account for a server whose data lie in ``folder`` and whose program is ``program``.

    Raises StorageError when root cannot make the system user, or that user could not reach both.
    """
    if os.geteuid() != 0:
        return ServerAccount()
    entry = _system_user()
    uid, gid = entry.pw_uid, entry.pw_gid
    closed = [
        path
        for path in (*folder.resolve().parents, program.resolve(), *program.resolve().parents)
        if not _passable(path, uid, gid)
    ]
    if not closed:
        return ServerAccount(uid, gid)
    permitted = _permitted_capabilities()
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if permitted >> capability & 1:
            return ServerAccount(uid, gid, capability)
    raise StorageError(
        f"{closed[0]} is closed to the system user {SYSTEM_USER}, as which PostgreSQL runs when "
        "root starts it; work as an ordinary user or in a folder that others may pass through"
    )


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is not None:
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command = [useradd, *options, "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=False, capture_output=True)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise StorageError(
            "PostgreSQL refuses to run as root, and the system user "
            f"{SYSTEM_USER} for it cannot be made; work as an ordinary user, or make that user "
            f"(useradd --system --user-group {SYSTEM_USER})"
        ) from None


def _passable(path: Path, uid: int, gid: int) -> bool:
    status = path.stat()
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    return bool(status.st_mode & (0o010 if status.st_gid == gid else 0o001))


def _permitted_capabilities() -> int:
    for line in _status_lines():
        if line.startswith("CapPrm:"):
            return int(line.split()[1], base=16)
    return 0


def _status_lines() -> Iterable[str]:
    try:
        return Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return ()


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _keep_only(libc: ctypes.CDLL, capability: int) -> None:
    """Hold ``capability`` and no other, also after exec (capabilities(7), ambient set)."""
    header = _Header(_CAPABILITY_VERSION_3, 0)
    bits = 1 << capability
    sets = (_Sets * 2)(_Sets(bits, bits, bits), _Sets(0, 0, 0))
    failed = libc.capset(ctypes.byref(header), ctypes.byref(sets)) != 0
    if failed or libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the capability to reach the folder cannot be kept")
