"""A real database in a file, and back."""

from pathlib import Path

import optuna
import pytest

from arcsweep.errors import InputError, StorageError
from arcsweep.storage import faults
from arcsweep.storage.backup import backup, restore
from arcsweep.storage.databases import create_database, drop_database
from arcsweep.storage.location import Database

from .serving import run_sql
from .test_guards import Side


def test_restored_database_is_the_one_that_was_backed_up(
    database: Database, tmp_path: Path
) -> None:
    run_sql(database, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    run_sql(database, "CREATE SCHEMA aside CREATE TABLE t (a int)")
    file = tmp_path / "a b.dump"
    assert backup(database, file) == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    other = create_database(database, "restored")
    restore(other, file)
    assert run_sql(other, "SELECT sum(n) FROM kept") == [(500500,)]
    drop_database(database, "restored")


def test_restore_over_tables_must_be_asked_for(database: Database, tmp_path: Path) -> None:
    run_sql(database, "CREATE TABLE kept AS SELECT 1 AS n")
    backup(database, tmp_path / "dump")
    run_sql(database, "UPDATE kept SET n = 2")
    with pytest.raises(StorageError, match="--replace"):
        restore(database, tmp_path / "dump")
    restore(database, tmp_path / "dump", replace=True)
    assert run_sql(database, "SELECT n FROM kept") == [(1,)]


def test_truncated_backup_changes_nothing(database: Database, tmp_path: Path) -> None:
    run_sql(database, "CREATE TABLE kept AS SELECT generate_series(1, 100000) AS n")
    file = tmp_path / "dump"
    size = backup(database, file)
    with file.open("r+b") as stream:
        stream.truncate(size // 2)
    with pytest.raises(StorageError, match="pg_restore failed"):
        restore(database, file, replace=True)
    assert run_sql(database, "SELECT count(*) FROM kept") == [(100_000,)]


def test_strange_or_missing_file_is_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "strange").write_text("SELECT 1")
    for name in ("strange", "missing"):
        with pytest.raises(InputError, match="`arcsweep db backup` wrote"):
            restore(database, tmp_path / name)


def test_failed_backup_leaves_no_file(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match='database "absent" does not exist'):
        backup(database.named("absent"), tmp_path / "dump")
    assert list(tmp_path.iterdir()) == []


def test_workers_of_the_lost_time_cannot_write_into_the_restored_database(
    database: Database, tmp_path: Path
) -> None:
    side = Side(database.url(), 5)
    trial_id = side.create()
    backup(database, tmp_path / "dump")
    later = Side(database.url(), 5)
    lost_id = later.create()
    restore(database, tmp_path / "dump", replace=True, highest_token=10**6)
    fresh = Side(database.url(), 5)
    claim = fresh.claim()
    assert claim.trial_id == trial_id, "free at once"
    assert claim.token > 10**6 and claim.token > 2**32
    assert fresh.create() == lost_id, "numbers are given out again"
    for former, number in ((side, trial_id), (later, lost_id)):
        assert not former.leases.renew(former.identity.token or 0)
        with pytest.raises(optuna.exceptions.StorageInternalError) as refused:
            former.study._storage.set_trial_user_attr(number, "a", 1)
        assert faults.is_not_owner(refused.value)


def test_every_restore_begins_tokens_of_its_own(database: Database, tmp_path: Path) -> None:
    Side(database.url(), 5)
    backup(database, tmp_path / "dump")
    tokens = []
    for _ in range(2):
        restore(database, tmp_path / "dump", replace=True, highest_token=max(tokens, default=0))
        tokens.append(Side(database.url(), 5).claim().token)
    assert tokens[1] - tokens[0] >= 2**32 - 1
