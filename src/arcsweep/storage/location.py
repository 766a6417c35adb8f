"""Where the study's database is. No object of this program ever holds its password."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from arcsweep.atomic import write_text
from arcsweep.errors import DatabaseAwayError, StorageError
from arcsweep.storage.external import URL_VARIABLE, ExternalUrl, external_url
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.host_lease import read_lease
from arcsweep.storage.password import check_passfile

if TYPE_CHECKING:
    from arcsweep.paths import Paths

_EMBEDDED_OPTIONS = (
    # A program that took the server's port while it was down must not be told the password.
    ("require_auth", "scram-sha-256"),
    ("sslmode", "disable"),
    ("gssencmode", "disable"),
)


@dataclass(frozen=True)
class Database:
    """Where a PostgreSQL database is and as whom to log in.

    The password stands in ``passfile`` alone (libpq's format, readable by its owner), from where
    libpq takes it; None leaves it to PGPASSFILE or ``~/.pgpass``.

    host: a name, an address, or the folder of a Unix socket.
    options: further libpq parameters.
    folder: of the embedded server; None for an external one.
    """

    host: str
    port: int
    dbname: str
    user: str
    passfile: Path | None = None
    options: tuple[tuple[str, str], ...] = ()
    folder: Path | None = None

    @property
    def embedded(self) -> bool:
        return self.folder is not None

    def libpq_params(self) -> dict[str, str]:
        """Keyword arguments for ``psycopg2.connect``; no password among them."""
        params = dict(self.options)
        params |= {"host": self.host, "port": str(self.port)}
        params |= {"dbname": self.dbname, "user": self.user}
        if self.passfile is not None:
            params["passfile"] = str(self.passfile)
        return params

    def url(self) -> str:
        """URL for psql and SQLAlchemy, without a password."""
        query = {} if self.embedded else dict(self.options)
        if self.passfile is not None:
            query["passfile"] = str(self.passfile)
        place = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        if self.host.startswith("/"):
            query |= {"host": self.host, "port": str(self.port)}
            place = ""
        return f"postgresql://{quote(self.user, safe='')}@{place}/{quote(self.dbname, safe='')}" + (
            f"?{urlencode(query, quote_via=quote)}" if query else ""
        )

    def named(self, dbname: str) -> "Database":
        """Another database of the same server."""
        return replace(self, dbname=dbname)

    def refreshed(self) -> "Database":
        """The same database where it is now: the embedded server may have moved meanwhile."""
        if self.folder is None:
            return self
        try:
            now = read_record(DatabaseFolder(self.folder))
        except StorageError:
            return self
        return replace(now, dbname=self.dbname)


def locate(paths: "Paths") -> Database:
    """The database that the environment or a started server gives.

    ARCSWEEP_DATABASE_URL, when set, names an external server; else it is the embedded one.
    Raises StorageError with the remedy when there is none or a credential lies open.
    """
    external = locate_external()
    return locate_embedded(DatabaseFolder(paths.database)) if external is None else external


def locate_external() -> Database | None:
    """The external server that the environment names, if any.

    Raises StorageError when the environment holds a password or a passfile is open to others.
    """
    if "PGPASSWORD" in os.environ:
        raise StorageError(
            "PGPASSWORD is set: every job would inherit the password, and libpq would use it in "
            "place of the passfile; run `unset PGPASSWORD` and keep passwords in a passfile"
        )
    url = external_url()
    return None if url is None else _external_database(url)


def locate_embedded(folder: DatabaseFolder) -> Database:
    """The embedded database in ``folder``. Raises DatabaseAwayError when no server runs for it."""
    if read_lease(folder) is None:
        raise DatabaseAwayError(
            f"no database runs for {folder.root}; run `arcsweep db start`, or set "
            f"{URL_VARIABLE} to a PostgreSQL server"
        )
    database = read_record(folder)
    check_passfile(folder.passfile)
    return database


def write_record(folder: DatabaseFolder, host: str, port: int, dbname: str, user: str) -> None:
    """Tell clients where the embedded server is."""
    record = {"host": host, "port": port, "dbname": dbname, "user": user}
    text = json.dumps(record, indent=1, sort_keys=True) + "\n"
    write_text(folder.server_record, text, mode=0o600)


def read_record(folder: DatabaseFolder) -> Database:
    """What :func:`write_record` wrote last. Raises StorageError when there is nothing usable."""
    try:
        record = json.loads(folder.server_record.read_bytes())
        return Database(
            str(record["host"]),
            int(record["port"]),
            str(record["dbname"]),
            str(record["user"]),
            folder.passfile,
            _EMBEDDED_OPTIONS,
            folder.root,
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StorageError(
            f"{folder.server_record} does not say where the database is "
            f"({type(error).__name__}); run `arcsweep db stop`, then `arcsweep db start`"
        ) from error


def _external_database(url: ExternalUrl) -> Database:
    passfile = url.passfile
    if passfile is None and "PGPASSFILE" in os.environ:
        passfile = Path(os.environ["PGPASSFILE"])
    if passfile is not None:
        check_passfile(passfile)
    return Database(url.host, url.port, url.dbname, url.user, passfile, url.options)
