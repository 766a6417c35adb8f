"""Starting and stopping a real server, once and several times at once."""

import os
import resource
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from arcsweep.errors import StorageError
from arcsweep.paths import Paths
from arcsweep.storage.control import start, status, stop
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.host_lease import read_lease
from arcsweep.storage.location import locate

from .serving import answers, keep_a_seven, paths_below, postmaster_pid, run_sql, wait_until


def sleeper() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def test_a_disk_that_takes_nothing_is_one_clear_error(tmp_path: Path) -> None:
    paths = paths_below(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # every write is refused, as when full
    try:
        with pytest.raises(StorageError, match=r"cannot be started: .*; free the disk"):
            start(paths, watch_pid=os.getpid())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answers(start(paths, watch_pid=os.getpid()))
    stop(paths)


def test_first_start_makes_a_database_and_stop_ends_it(tmp_path: Path) -> None:
    paths = paths_below(tmp_path)
    # Left by a first start that was killed.
    DatabaseFolder(paths.database).data_in_making.mkdir(parents=True)
    (DatabaseFolder(paths.database).data_in_making / "base").write_text("half")
    database = start(paths, watch_pid=os.getpid())
    assert run_sql(database, "SHOW data_checksums") == [("on",)]
    assert run_sql(database, "SHOW fsync") == [("on",)]
    encoding = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database LIMIT 1"
    assert run_sql(database, encoding) == [("UTF8", "C")]
    assert locate(paths) == database
    assert status(paths).state == "ready"
    assert stop(paths)
    assert not answers(database)
    assert status(paths).state == "stopped"
    with pytest.raises(StorageError, match="arcsweep db start"):
        locate(paths)


def test_what_was_written_is_there_after_the_next_start_on_the_same_port(paths: Paths) -> None:
    database = start(paths, watch_pid=os.getpid())
    keep_a_seven(database)
    stop(paths)
    again = start(paths, watch_pid=os.getpid())
    assert again == database
    assert run_sql(again, "SELECT seven FROM kept") == [(7,)]


def test_second_start_finds_the_running_server(paths: Paths, folder: DatabaseFolder) -> None:
    database = start(paths, watch_pid=os.getpid())
    first = postmaster_pid(folder)
    assert start(paths, watch_pid=None) == database
    assert postmaster_pid(folder) == first


def _start_and_tell(paths: Paths, watch_pid: int) -> tuple[int, int]:
    database = start(paths, watch_pid)
    row = run_sql(database, "SELECT pg_postmaster_start_time()::text")
    return database.port, hash(row[0])


def test_four_starts_at_once_give_one_server(paths: Paths) -> None:
    log = paths.database / "server.log"
    before = log.read_text().count("starting PostgreSQL")
    with get_context("spawn").Pool(4) as pool:
        seen = pool.starmap(_start_and_tell, [(paths, os.getpid())] * 4)
    assert len({port for port, _ in seen}) == 1
    assert log.read_text().count("starting PostgreSQL") == before + 1


def test_stop_without_a_server_says_so(tmp_path: Path) -> None:
    assert not stop(paths_below(tmp_path))


def test_server_stops_when_its_workflow_is_killed(paths: Paths) -> None:
    workflow = sleeper()
    database = start(paths, workflow.pid)
    assert answers(database)
    # Not waited for: a dead process that its parent has not noticed counts as gone.
    workflow.kill()
    wait_until(lambda: status(paths).state == "stopped", seconds=15)
    assert not answers(database)
    workflow.wait()


def test_server_runs_until_the_last_of_two_workflows_is_gone(paths: Paths) -> None:
    first, second = sleeper(), sleeper()
    start(paths, first.pid)
    database = start(paths, second.pid)
    first.kill()
    first.wait()
    watchers = DatabaseFolder(paths.database).watchers
    wait_until(lambda: not (watchers / f"{first.pid}.json").exists())
    assert answers(database)
    second.kill()
    second.wait()
    wait_until(lambda: status(paths).state == "stopped")


def test_start_without_a_workflow_survives_the_one_that_comes_and_goes(paths: Paths) -> None:
    database = start(paths, None)
    workflow = sleeper()
    start(paths, workflow.pid)
    workflow.kill()
    workflow.wait()
    watchers = DatabaseFolder(paths.database).watchers
    wait_until(lambda: not (watchers / f"{workflow.pid}.json").exists())
    assert answers(database)
    stop(paths)
    assert list(watchers.iterdir()) == []


def test_watching_a_process_that_is_gone_is_refused(paths: Paths) -> None:
    gone = sleeper()
    gone.kill()
    gone.wait()
    with pytest.raises(StorageError, match=f"there is no process {gone.pid} to watch"):
        start(paths, gone.pid)
    assert status(paths).state == "stopped"


def test_failed_start_gives_the_reason_and_leaves_nothing_behind(
    paths: Paths, folder: DatabaseFolder
) -> None:
    (folder.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(StorageError, match="holds data of PostgreSQL 17"):
        start(paths, os.getpid())
    (folder.data / "PG_VERSION").write_text("18\n")
    assert read_lease(folder) is None
    assert list(folder.watchers.iterdir()) == []


def test_address_of_another_host_is_refused_with_the_setting(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCSWEEP_DATABASE_LISTEN", "192.0.2.7")
    with pytest.raises(StorageError, match=r"192\.0\.2\.7 is no address of this host"):
        start(paths, os.getpid())


def test_folder_of_another_user_is_refused(paths: Paths) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(paths.database, 12345, -1)
    with pytest.raises(StorageError, match="belongs to user 12345"):
        start(paths, os.getpid())
    os.chown(paths.database, 0, -1)


def test_external_server_is_tried_and_not_started(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = start(paths, os.getpid())
    monkeypatch.setenv("ARCSWEEP_DATABASE_URL", embedded.url())
    elsewhere = paths_below(tmp_path / "elsewhere")
    external = start(elsewhere, os.getpid())
    assert not external.embedded
    assert answers(external)
    assert not elsewhere.database.exists()
    stop(paths)
    with pytest.raises(StorageError, match="does not answer"):
        start(elsewhere, os.getpid())
