"""A real server that is killed, suspended, robbed of its port or of its host."""

import json
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

import pytest

from arcsweep.errors import StorageError
from arcsweep.paths import Paths
from arcsweep.storage.control import _spawn_supervisor, start, status, stop
from arcsweep.storage.engine import make_engine
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.host_lease import LeaseRecord, LeaseTimes, read_lease
from arcsweep.storage.location import locate
from arcsweep.storage.processes import ProcessIdentity
from arcsweep.storage.settings import ServerSettings
from arcsweep.storage.supervisor import Orders

from .serving import answers, keep_a_seven, postmaster_pid, run_sql, wait_until

QUICK = LeaseTimes(beat_s=0.2, fence_s=1.5, silence_s=3.0)


def supervisor_pid(folder: DatabaseFolder) -> int:
    lease = read_lease(folder)
    assert lease is not None
    return lease.process.pid


def gone(pid: int) -> bool:
    return ProcessIdentity.of(pid) is None


def hand_to_another_host(folder: DatabaseFolder) -> LeaseRecord:
    """Make the lease one of a supervisor on a host that cannot be looked into."""
    lease = read_lease(folder)
    process = ProcessIdentity(4242, "1", "another boot")
    record = (
        LeaseRecord("login2", process, "token-of-login2", "ready")
        if lease is None
        else replace(lease, host="login2", process=process, token="token-of-login2")
    )
    value = asdict(record)
    del value["renewed_ns"]
    folder.host_lease.write_text(json.dumps(value))
    return record


@contextmanager
def renewed_from_afar(folder: DatabaseFolder) -> Iterator[None]:
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(0.1):
            os.utime(folder.host_lease)

    thread = threading.Thread(target=renew)
    thread.start()
    yield
    ended.set()
    thread.join()


def test_killed_server_is_started_again_with_all_that_was_committed(
    paths: Paths, folder: DatabaseFolder
) -> None:
    database = start(paths, os.getpid())
    keep_a_seven(database)
    first = postmaster_pid(folder)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: answers(database))
    assert postmaster_pid(folder) != first
    assert run_sql(database, "SELECT seven FROM kept") == [(7,)]


def test_server_ends_with_its_killed_supervisor_and_the_next_start_recovers(
    paths: Paths, folder: DatabaseFolder
) -> None:
    database = start(paths, os.getpid())
    keep_a_seven(database)
    postmaster = postmaster_pid(folder)
    os.kill(supervisor_pid(folder), signal.SIGKILL)
    wait_until(lambda: status(paths).state == "crashed")
    wait_until(lambda: gone(postmaster))
    assert run_sql(start(paths, os.getpid()), "SELECT seven FROM kept") == [(7,)]


def test_start_right_after_both_were_killed_recovers(paths: Paths, folder: DatabaseFolder) -> None:
    database = start(paths, os.getpid())
    keep_a_seven(database)
    supervisor, postmaster = supervisor_pid(folder), postmaster_pid(folder)
    os.kill(supervisor, signal.SIGKILL)
    os.kill(postmaster, signal.SIGKILL)
    wait_until(lambda: gone(supervisor) and gone(postmaster))
    assert run_sql(start(paths, os.getpid()), "SELECT seven FROM kept") == [(7,)]


def test_stop_after_the_supervisor_was_killed_leaves_nothing(
    paths: Paths, folder: DatabaseFolder
) -> None:
    start(paths, os.getpid())
    postmaster = postmaster_pid(folder)
    os.kill(supervisor_pid(folder), signal.SIGKILL)
    wait_until(lambda: status(paths).state == "crashed")
    assert stop(paths)
    assert gone(postmaster)
    assert status(paths).state == "stopped"


def test_stale_lock_file_whose_number_another_program_has_does_not_block(
    paths: Paths, folder: DatabaseFolder
) -> None:
    start(paths, os.getpid())
    text = (folder.data / "postmaster.pid").read_text()
    os.kill(supervisor_pid(folder), signal.SIGKILL)
    wait_until(lambda: not (folder.data / "postmaster.pid").exists())
    # As after a reboot that gave the number to a program of the same user.
    stranger = os.getppid()
    lines = text.splitlines()
    (folder.data / "postmaster.pid").write_text("\n".join([str(stranger), *lines[1:]]) + "\n")
    assert answers(start(paths, os.getpid()))
    assert not gone(stranger)


def test_sigterm_stops_the_server_cleanly(paths: Paths, folder: DatabaseFolder) -> None:
    start(paths, None)
    os.kill(supervisor_pid(folder), signal.SIGTERM)
    wait_until(lambda: status(paths).state == "stopped")
    assert "database system is shut down" in folder.server_log.read_text()
    # Nor does the order to run for ever outlive it.
    assert list(folder.watchers.iterdir()) == []


def test_hang_up_does_not_stop_the_server(paths: Paths, folder: DatabaseFolder) -> None:
    database = start(paths, os.getpid())
    os.kill(supervisor_pid(folder), signal.SIGHUP)
    time.sleep(1.0)
    assert answers(database)


def test_port_that_a_stranger_took_is_replaced_and_engines_follow(paths: Paths) -> None:
    database = start(paths, os.getpid())
    engine = make_engine(database)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    stop(paths)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", database.port))
        stranger.listen()
        moved = start(paths, os.getpid())
        assert moved.port != database.port
        assert locate(paths) == moved
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT inet_server_port()").scalar() == moved.port


def test_lost_passfile_is_replaced(paths: Paths, folder: DatabaseFolder) -> None:
    before = folder.passfile.read_text()
    folder.passfile.unlink()
    database = start(paths, os.getpid())
    assert folder.passfile.read_text() != before
    assert answers(database)


def test_server_of_a_living_host_is_left_alone(paths: Paths, folder: DatabaseFolder) -> None:
    hand_to_another_host(folder)
    with renewed_from_afar(folder), pytest.raises(StorageError, match="host login2 runs the"):
        start(paths, os.getpid(), times=QUICK)
    folder.host_lease.unlink()


def test_host_that_wakes_up_at_the_last_moment_keeps_its_server(
    paths: Paths, folder: DatabaseFolder
) -> None:
    hand_to_another_host(folder)
    silent_one = read_lease(folder)
    assert silent_one is not None
    os.utime(folder.host_lease)
    outcome = _spawn_supervisor(folder, Orders(ServerSettings(), QUICK, silent_one.mark))
    assert "host login2 runs the database" in outcome
    assert read_lease(folder) is not None
    folder.host_lease.unlink()


def test_dead_host_is_followed_on_a_copy_that_it_cannot_reach(
    paths: Paths, folder: DatabaseFolder
) -> None:
    database = start(paths, os.getpid())
    keep_a_seven(database)
    os.kill(supervisor_pid(folder), signal.SIGKILL)
    wait_until(lambda: not (folder.data / "postmaster.pid").exists())
    inode = (folder.data / "PG_VERSION").stat().st_ino
    hand_to_another_host(folder)
    begin = time.monotonic()
    taken = start(paths, os.getpid(), times=QUICK)
    assert time.monotonic() - begin > QUICK.silence_s
    assert run_sql(taken, "SELECT seven FROM kept") == [(7,)]
    assert (folder.data / "PG_VERSION").stat().st_ino != inode
    (kept,) = folder.root.glob("data.left-*")
    assert (kept / "PG_VERSION").stat().st_ino == inode
    shutil.rmtree(kept)


def test_interrupted_take_over_loses_nothing(paths: Paths, folder: DatabaseFolder) -> None:
    keep_a_seven(start(paths, os.getpid()))
    stop(paths)
    # Killed between its last two moves.
    shutil.move(folder.data, folder.data_taken)
    assert run_sql(start(paths, os.getpid()), "SELECT seven FROM kept") == [(7,)]


def test_holder_that_wakes_up_after_a_take_over_stops_its_server_at_once(
    paths: Paths, folder: DatabaseFolder
) -> None:
    start(paths, os.getpid(), times=QUICK)
    supervisor, postmaster = supervisor_pid(folder), postmaster_pid(folder)
    os.kill(supervisor, signal.SIGSTOP)
    record = hand_to_another_host(folder)
    os.kill(supervisor, signal.SIGCONT)
    wait_until(lambda: gone(supervisor))
    assert gone(postmaster)
    # The new holder's lease is not touched.
    lease = read_lease(folder)
    assert lease is not None and lease.token == record.token
    folder.host_lease.unlink()


def test_holder_that_slept_too_long_restarts_its_server_and_goes_on(
    paths: Paths, folder: DatabaseFolder
) -> None:
    database = start(paths, os.getpid(), times=QUICK)
    supervisor, postmaster = supervisor_pid(folder), postmaster_pid(folder)
    os.kill(supervisor, signal.SIGSTOP)
    time.sleep(QUICK.fence_s + 0.3)
    os.kill(supervisor, signal.SIGCONT)
    wait_until(lambda: gone(postmaster))
    wait_until(lambda: answers(database))
    assert supervisor_pid(folder) == supervisor
