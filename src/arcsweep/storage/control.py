"""Starting, stopping and looking at the database, from any process."""

import logging
import os
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from arcsweep.atomic import write_text
from arcsweep.errors import StorageError
from arcsweep.storage.account import server_account
from arcsweep.storage.binaries import postgres_program
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.host_lease import LeaseRecord, LeaseTimes, read_lease, silent
from arcsweep.storage.location import Database, locate_embedded, locate_external, read_record
from arcsweep.storage.postmaster import open_private_log, stop_leftover
from arcsweep.storage.settings import ServerSettings
from arcsweep.storage.supervisor import Orders
from arcsweep.storage.watchers import add_watcher, clear_watchers

if TYPE_CHECKING:
    from arcsweep.paths import Paths

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 60.0
_POLL_S = 0.05
_CONNECT_TIMEOUT_S = 5.0

_children: list["subprocess.Popen[bytes]"] = []
"""Supervisors that this process started; kept so that they can be reaped when they end."""


def start(
    paths: "Paths",
    watch_pid: int | None,
    settings: ServerSettings | None = None,
    times: LeaseTimes | None = None,
) -> Database:
    """Make sure that the database runs and accepts connections; returns where it is.

    watch_pid: the server stops when this process is gone, however it ended, unless others are
        watched too. None: it runs until :func:`stop`.
    settings: used when the server is not running yet; from the environment when None.
    An external server is only tried. Raises StorageError with the remedy when there is no
    database to be had, or another host runs it.
    """
    external = locate_external()
    if external is not None:
        _try_connection(external)
        return external
    folder = DatabaseFolder(paths.database)
    orders = Orders(settings or ServerSettings.from_environment(), times or LeaseTimes())
    folder.create()
    try:
        with folder.locked():
            _ensure_running(folder, orders, watch_pid)
            return locate_embedded(folder)
    except OSError as error:
        raise StorageError(
            f"the database in {folder.root} cannot be started: {error.strerror}; free the disk or "
            "mend the permissions, then start again"
        ) from error


def stop(paths: "Paths") -> bool:
    """Stop the embedded server, whoever it runs for and whichever host runs it.

    Returns False when none was running. Raises StorageError when it does not stop.
    """
    folder = DatabaseFolder(paths.database)
    if not folder.root.exists():
        return False
    with folder.locked():
        clear_watchers(folder)
        lease = read_lease(folder)
        if lease is None:
            return False
        if lease.is_local and not lease.process.alive():
            stop_leftover(folder.data)
            folder.host_lease.unlink(missing_ok=True)
            return True
        write_text(folder.stop_request, "", mode=0o600)
        _await_stop(folder, lease)
        return True


@dataclass(frozen=True)
class Status:
    """state: "stopped", "starting", "ready", "stopping", or "crashed" (its supervisor is gone).

    host, renewed_at: of the supervisor; renewed_at in seconds since the epoch, by its file system.
    """

    state: str
    host: str = ""
    renewed_at: float = 0.0


def status(paths: "Paths") -> Status:
    """What is known of the embedded server, without connecting to it."""
    lease = read_lease(DatabaseFolder(paths.database))
    if lease is None:
        return Status("stopped")
    crashed = lease.is_local and not lease.process.alive()
    return Status("crashed" if crashed else lease.state, lease.host, lease.renewed_ns / 1e9)


def _ensure_running(folder: DatabaseFolder, orders: Orders, watch_pid: int | None) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        lease = read_lease(folder)
        if lease is None or not lease.is_local:
            if lease is not None or (folder.data / "postmaster.pid").exists():
                _make_sure_dead(folder, lease, orders.times)
            mark = None if lease is None else lease.mark
            return _launch(folder, replace(orders, take_over=mark), watch_pid)
        if not lease.process.alive():
            return _launch(folder, orders, watch_pid)
        if lease.state == "ready" and _accepts(folder):
            add_watcher(folder, watch_pid)
            return
        time.sleep(_POLL_S)
    raise StorageError(
        f"the database in {folder.root} is still not ready after {START_TIMEOUT_S:.0f} s; see "
        f"{folder.supervisor_log}"
    )


def _accepts(folder: DatabaseFolder) -> bool:
    """Whether something listens where the server should; it may have died just now."""
    database = read_record(folder)
    try:
        socket.create_connection((database.host, database.port), timeout=_CONNECT_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def _make_sure_dead(folder: DatabaseFolder, lease: LeaseRecord | None, times: LeaseTimes) -> None:
    """Raise StorageError unless the server that another host ran over ``folder`` is gone."""
    host = "an unknown host" if lease is None else lease.host
    logger.warning(
        "%s ran the database in %s; watching for %.0f s whether it still does",
        host,
        folder.root,
        times.silence_s,
    )
    if not silent(folder, lease, times):
        raise StorageError(
            f"host {host} runs the database in {folder.root}; start the workflow there, or stop "
            "it first with `arcsweep db stop` (from any host)"
        )


def _launch(folder: DatabaseFolder, orders: Orders, watch_pid: int | None) -> None:
    """Start a supervisor that outlives us, and wait until its server accepts connections."""
    # Made here already, for errors that the terminal should show.
    server_account(folder.root, postgres_program("postgres"))
    added = add_watcher(folder, watch_pid)
    try:
        outcome = _spawn_supervisor(folder, orders)
    except BaseException:
        added.unlink(missing_ok=True)
        raise
    if outcome != "ready":
        added.unlink(missing_ok=True)
        reason = outcome.removeprefix("error: ") or "its supervisor ended without a word"
        raise StorageError(f"the database did not start: {reason} (see {folder.supervisor_log})")


def _spawn_supervisor(folder: DatabaseFolder, orders: Orders) -> str:
    reader, writer = os.pipe()
    module = [sys.executable, "-m", "arcsweep.storage.supervisor"]
    with open_private_log(folder.supervisor_log) as log, os.fdopen(reader, "rb") as report:
        try:
            child = subprocess.Popen(
                [*module, str(folder.root), orders.to_json(), str(writer)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(writer,),
                start_new_session=True,
            )
            _children.append(child)
        finally:
            os.close(writer)
        if not select.select([report], [], [], START_TIMEOUT_S)[0]:
            return f"error: no answer within {START_TIMEOUT_S:.0f} s"
        return report.read().decode()


def _await_stop(folder: DatabaseFolder, lease: LeaseRecord) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        now = read_lease(folder)
        if now is None or now.token != lease.token:
            # It has let go and has nothing left to do, but a child must be reaped.
            _children[:] = [child for child in _children if child.poll() is None]
            return
        time.sleep(_POLL_S)
    folder.stop_request.unlink(missing_ok=True)
    raise StorageError(
        f"the database in {folder.root} did not stop within {STOP_TIMEOUT_S:.0f} s; its supervisor "
        f"is process {lease.process.pid} on host {lease.host}, see {folder.supervisor_log}"
    )


def _try_connection(external: Database) -> None:
    import psycopg2

    from arcsweep.storage.engine import connect

    try:
        connect(external).close()
    except psycopg2.OperationalError as error:
        raise StorageError(
            f"the server at {external.host} port {external.port} does not answer: "
            f"{' '.join(str(error).split())}; start it, or correct ARCSWEEP_DATABASE_URL"
        ) from None
