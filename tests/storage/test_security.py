"""A real server, closed to everyone who does not have the owner's files."""

import os
import pwd
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg2
import pytest

from arcsweep.errors import StorageError
from arcsweep.paths import Paths
from arcsweep.storage.account import CAP_DAC_READ_SEARCH, ServerAccount
from arcsweep.storage.control import start, stop
from arcsweep.storage.engine import connect, make_engine
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.location import Database
from arcsweep.storage.settings import ADMIN_ROLE

from .serving import password_in, run_sql

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def running(paths: Paths) -> Iterator[Database]:
    yield start(paths, os.getpid())


def with_password(database: Database, tmp_path: Path, password: str) -> Database:
    passfile = tmp_path / "other-passfile"
    passfile.write_text(f"*:*:*:*:{password}\n")
    passfile.chmod(0o600)
    return replace(database, passfile=passfile, folder=None)


def as_nobody(action: Callable[[], None]) -> str:
    """Run ``action`` in a copy of this process that is user nobody; gives the error it met."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            ServerAccount(pwd.getpwnam("nobody").pw_uid, 65534).enter()
            action()
            os.write(writer, b"nothing")
        except BaseException as error:  # noqa: BLE001 - told to the parent
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read().decode()
    os.waitpid(child, 0)
    return text


def test_every_file_is_closed_to_others(running: Database, folder: DatabaseFolder) -> None:
    assert folder.root.stat().st_mode & 0o707 == 0o700
    for path in folder.root.rglob("*"):
        # Below the folder nothing is open to anyone but its owner.
        assert path.stat().st_mode & 0o077 == 0, path
    assert folder.passfile.stat().st_uid == os.geteuid()


def test_wrong_password_is_refused_and_no_password_too(running: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="password authentication failed"):
        connect(with_password(running, tmp_path, "wrong"))
    with pytest.raises(StorageError, match="no password supplied"):
        connect(replace(running, passfile=Path("/dev/null"), folder=None))


def test_superuser_cannot_log_in_even_with_a_password(running: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"pg_hba\.conf rejects connection"):
        connect(replace(with_password(running, tmp_path, "any"), user=ADMIN_ROLE))


def test_the_role_has_no_power_over_the_host(running: Database) -> None:
    for statement in (
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE ROLE another SUPERUSER",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run_sql(running, statement)


def test_server_asks_nobody_in_without_scram(running: Database, folder: DatabaseFolder) -> None:
    rules = (folder.data / "pg_hba.conf").read_text().splitlines()
    assert {rule.split()[-1] for rule in rules} == {"scram-sha-256", "reject"}
    assert "unix_socket_directories = ''" in (folder.data / "postgresql.conf").read_text()
    assert run_sql(running, "SHOW listen_addresses") == [("127.0.0.1",)]


@as_root_only
def test_another_user_can_neither_read_nor_connect(
    running: Database, folder: DatabaseFolder
) -> None:
    # Its parents are opened here: what protects must be the folder itself.
    for parent in folder.root.parents:
        if parent.stat().st_uid == 0 and "pytest" in str(parent):
            parent.chmod(parent.stat().st_mode | 0o011)
    for path in (folder.passfile, folder.server_log, folder.data / "postgresql.conf"):
        assert as_nobody(path.read_bytes).startswith("PermissionError"), path  # type: ignore[arg-type]
    listing = as_nobody(lambda: list(folder.root.iterdir()) and None)
    assert listing.startswith("PermissionError")
    assert "no password supplied" in as_nobody(lambda: connect(running).close())


@as_root_only
def test_server_runs_as_a_user_without_privileges(folder: DatabaseFolder, paths: Paths) -> None:
    start(paths, os.getpid())
    pid = int((folder.data / "postmaster.pid").read_text().split()[0])
    fields = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    assert "0" not in fields["Uid"].split()
    # Beyond that, at most the right to pass through the closed folders of the tests.
    assert int(fields["CapEff"], 16) & ~(1 << CAP_DAC_READ_SEARCH) & ~(1 << 1) == 0
    assert fields["NoNewPrivs"] == "1"


@as_root_only
def test_server_of_an_ordinary_user_runs_as_that_user(tmp_path: Path) -> None:
    root = tmp_path / "of-nobody"
    root.mkdir(mode=0o700)
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(root, nobody, 65534)
    script = (
        "import os, pathlib, psutil, sys\n"
        "from arcsweep.paths import Paths\n"
        "from arcsweep.storage.control import start, stop\n"
        "from arcsweep.storage.engine import connect\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "paths = Paths(root, 's', root, root)\n"
        "connect(start(paths, os.getpid())).close()\n"
        "pid = int((paths.database / 'data/postmaster.pid').read_text().split()[0])\n"
        "print(psutil.Process(pid).uids().real, oct(paths.database.stat().st_mode & 0o777))\n"
        "stop(paths)\n"
    )
    # The capability only lets the interpreter be read where the tests' own user keeps it closed.
    done = subprocess.run(
        [sys.executable, "-c", script, str(root)],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        preexec_fn=ServerAccount(nobody, 65534, CAP_DAC_READ_SEARCH).enter,
    )
    assert done.stdout.split() == [str(nobody), "0o700"], done.stderr


def test_password_shows_up_nowhere_but_in_its_file(paths: Paths, folder: DatabaseFolder) -> None:
    # The folder's logs reach back to its first start, when the password was made.
    database = start(paths, os.getpid())
    password = password_in(folder)
    seen = [repr(database), str(database), database.url(), str(database.libpq_params())]
    seen += [" ".join(process.info["cmdline"] or ()) for process in process_list()]
    seen += [str(process.environ()) for process in family_of(folder)]
    try:
        make_engine(database.named("absent")).connect()
    except StorageError:
        seen.append(traceback.format_exc())
    stop(paths)
    for text in seen:
        assert password not in text
    for path in folder.root.rglob("*"):
        if path.is_file() and path != folder.passfile:
            assert password.encode() not in path.read_bytes(), path


def process_list() -> list[psutil.Process]:
    return list(psutil.process_iter(["cmdline"]))


def family_of(folder: DatabaseFolder) -> list[psutil.Process]:
    postmaster = psutil.Process(int((folder.data / "postmaster.pid").read_text().split()[0]))
    supervisor = postmaster.parent()
    return [postmaster, *postmaster.children(), *([supervisor] if supervisor else [])]


def test_stranger_on_the_servers_port_is_not_told_the_password(
    paths: Paths, folder: DatabaseFolder
) -> None:
    database = start(paths, os.getpid())
    stop(paths)
    heard = bytearray()
    with socket.create_server(("127.0.0.1", database.port)) as stranger:

        def ask_for_the_password() -> None:
            connection, _ = stranger.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(b"R\x00\x00\x00\x08\x00\x00\x00\x03")  # AuthenticationCleartext
                heard.extend(connection.recv(10_000))

        thread = threading.Thread(target=ask_for_the_password)
        thread.start()
        with pytest.raises(StorageError, match="authentication method requirement"):
            connect(database)
        thread.join()
    assert password_in(folder).encode() not in heard
