"""Databases within a real server."""

import pytest

from arcsweep.errors import StorageError
from arcsweep.storage.databases import create_database, drop_database
from arcsweep.storage.engine import connect
from arcsweep.storage.location import Database

from .serving import answers, run_sql


def test_created_database_is_empty_and_apart(database: Database) -> None:
    run_sql(database, "CREATE TABLE here (a int)")
    other = create_database(database, 'odd "name"; --')
    assert run_sql(other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    drop_database(database, other.dbname)
    with pytest.raises(StorageError, match="does not exist"):
        connect(other)


def test_database_in_use_is_dropped_all_the_same(database: Database) -> None:
    other = create_database(database, "in_use")
    connection = connect(other)
    drop_database(database, "in_use")
    assert not answers(other)
    connection.close()


def test_dropping_an_absent_database_is_no_error(database: Database) -> None:
    drop_database(database, "absent")
