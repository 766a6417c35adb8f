"""Connections that outlive the server, on a real one."""

import os

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from arcsweep.errors import StorageError
from arcsweep.paths import Paths
from arcsweep.storage.control import start, stop
from arcsweep.storage.engine import connect, make_engine
from arcsweep.storage.location import Database

from .serving import run_sql


def test_engine_outlives_a_restart_without_an_error(paths: Paths) -> None:
    engine = make_engine(start(paths, os.getpid()))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    stop(paths)
    with pytest.raises(OperationalError):
        engine.connect()
    start(paths, os.getpid())
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_server_that_is_down_is_told_from_one_that_refuses(paths: Paths) -> None:
    database = start(paths, os.getpid())
    with pytest.raises(StorageError, match='database "absent" does not exist'):
        connect(database.named("absent"))
    stop(paths)
    with pytest.raises(psycopg2.OperationalError, match="Connection refused"):
        connect(database)


def test_connection_is_named_and_notices_a_dead_server(database: Database) -> None:
    with make_engine(database, "worker-7").connect() as connection:
        assert connection.execute(text("SHOW application_name")).scalar() == "worker-7"
        raw = connection.connection.dbapi_connection
        assert raw is not None
        parameters = raw.info.dsn_parameters  # type: ignore[attr-defined]
    assert parameters["tcp_user_timeout"] == "25000"
    assert parameters["keepalives_idle"] == "10"
    assert "password" not in parameters


def test_64_workers_fit_the_server(database: Database) -> None:
    engine = make_engine(database)
    per_worker = engine.pool.size() + engine.pool._max_overflow  # type: ignore[attr-defined]
    (row,) = run_sql(
        database,
        "SELECT current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int",
    )
    assert 64 * per_worker <= int(str(row[0]))
