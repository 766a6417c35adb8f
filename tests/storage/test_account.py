"""Who the server runs as when root starts it."""

import os
import subprocess
from pathlib import Path

import pytest

from arcsweep.storage.account import (
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    SYSTEM_USER,
    ServerAccount,
    server_account,
)

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user stays itself")
SHELL = Path("/bin/sh")


def capabilities_of(account: ServerAccount) -> tuple[int, int]:
    """Effective user and capabilities of a program that was started as ``account``."""
    command = [str(SHELL), "-c", "cat /proc/self/status"]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, preexec_fn=account.enter, cwd="/"
    )
    fields = dict(line.split(":\t", 1) for line in done.stdout.splitlines())
    return int(fields["Uid"].split()[1]), int(fields["CapEff"], base=16)


@pytest.mark.skipif(os.geteuid() == 0, reason="root is changed")
def test_ordinary_user_stays_itself(tmp_path: Path) -> None:
    assert server_account(tmp_path, SHELL) == ServerAccount()


@as_root_only
def test_open_parents_need_no_capability() -> None:
    account = server_account(Path("/usr/database"), SHELL)
    assert account.capability is None
    uid, capabilities = capabilities_of(account)
    assert uid == account.uid != 0
    assert capabilities == 0


@as_root_only
def test_closed_parents_are_passed_with_one_capability(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = server_account(closed / "database", SHELL)
    assert account.capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE)
    uid, capabilities = capabilities_of(account)
    assert uid == account.uid != 0
    assert capabilities == 1 << account.capability
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root_only
def test_system_user_has_no_login() -> None:
    server_account(Path("/usr/database"), SHELL)
    entry = next(
        line
        for line in Path("/etc/passwd").read_text().splitlines()
        if line.startswith(f"{SYSTEM_USER}:")
    )
    assert entry.endswith("nologin")


@as_root_only
def test_admitted_folder_is_passable_for_the_server_alone(tmp_path: Path) -> None:
    account = server_account(tmp_path, SHELL)
    account.admit(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o710
    assert (tmp_path.stat().st_uid, tmp_path.stat().st_gid) == (0, account.gid)
