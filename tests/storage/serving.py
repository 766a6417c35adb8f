"""What the tests of the server share."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from arcsweep.paths import Paths
from arcsweep.storage.engine import connect
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.location import Database


def paths_below(root: Path) -> Paths:
    return Paths(root, "test_study", root / "data", root / "centroids.npy")


def run_sql(database: Database, statement: str) -> list[tuple[object, ...]]:
    """Run one statement in a connection of its own, committed."""
    with closing(connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def keep_a_seven(database: Database) -> None:
    """Leave something in the database that must not get lost."""
    run_sql(database, "DROP TABLE IF EXISTS kept")
    run_sql(database, "CREATE TABLE kept AS SELECT 7 AS seven")


def answers(database: Database) -> bool:
    try:
        return run_sql(database, "SELECT 1") == [(1,)]
    except Exception:  # noqa: BLE001 - whatever it is, it is no answer
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for ``condition``; fail after ``seconds``, which is generous for a busy machine."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def postmaster_pid(folder: DatabaseFolder) -> int:
    return int((folder.data / "postmaster.pid").read_text().split()[0])


def password_in(folder: DatabaseFolder) -> str:
    return folder.passfile.read_text().strip().rpartition(":")[2]
