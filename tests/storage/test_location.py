"""What is said of where the database is, and what never is."""

from dataclasses import replace
from pathlib import Path

import pytest
from psycopg2.extensions import parse_dsn
from sqlalchemy import make_url

from arcsweep.errors import StorageError
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.location import Database, locate, read_record, write_record

from .serving import paths_below

ODD = Database(
    "db.example.org",
    5433,
    "my db/ü",
    "odd user@home",
    Path("/srv/a b&c=d/pass'file"),
    (("sslmode", "require"),),
)


@pytest.mark.parametrize(
    "database",
    [
        ODD,
        Database("/var/run/postgresql", 5433, "d", "u"),
        Database("2001:db8::7", 5432, "d", "u"),
        Database("10.77.0.1", 5432, "d", "u", Path("/x/passfile")),
    ],
)
def test_url_says_to_libpq_what_the_parameters_say(database: Database) -> None:
    assert parse_dsn(database.url()) == database.libpq_params()


def test_url_is_understood_by_sqlalchemy() -> None:
    # Which does not decode a database's name; engines connect by the parameters, not the URL.
    url = make_url(replace(ODD, dbname="study").url())
    assert (url.host, url.port, url.database, url.username) == (
        ODD.host,
        ODD.port,
        "study",
        ODD.user,
    )
    assert url.password is None
    assert url.query["passfile"] == str(ODD.passfile)


def test_no_server_is_an_error_that_names_both_remedies(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"`arcsweep db start`, or set ARCSWEEP_DATABASE_URL"):
        locate(paths_below(tmp_path))


def test_password_in_the_environment_is_refused_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "canary")
    with pytest.raises(StorageError, match="unset PGPASSWORD") as caught:
        locate(paths_below(tmp_path))
    assert "canary" not in str(caught.value)


def test_passfile_that_others_may_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passfile = tmp_path / "pass"
    passfile.write_text("*:*:*:*:x\n")
    passfile.chmod(0o640)
    monkeypatch.setenv("ARCSWEEP_DATABASE_URL", f"postgresql://u@h/d?passfile={passfile}")
    with pytest.raises(StorageError, match=rf"chmod 600 {passfile}"):
        locate(paths_below(tmp_path))
    monkeypatch.setenv("ARCSWEEP_DATABASE_URL", "postgresql://u@h/d")
    monkeypatch.setenv("PGPASSFILE", str(passfile))
    with pytest.raises(StorageError, match="mode 0640"):
        locate(paths_below(tmp_path))
    passfile.chmod(0o600)
    assert locate(paths_below(tmp_path)).passfile == passfile


def test_refreshed_follows_the_record_and_keeps_the_database(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    write_record(folder, "127.0.0.1", 5001, "arcsweep", "arcsweep")
    mine = read_record(folder).named("mine")
    write_record(folder, "10.0.0.9", 5002, "arcsweep", "arcsweep")
    assert (mine.refreshed().host, mine.refreshed().port) == ("10.0.0.9", 5002)
    assert mine.refreshed().dbname == "mine"
    folder.server_record.unlink()
    assert mine.refreshed() == mine


def test_damaged_record_is_named(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    folder.server_record.write_text('{"host": "h", "port"')
    with pytest.raises(StorageError, match=r"server\.json does not say where the database is"):
        read_record(folder)
