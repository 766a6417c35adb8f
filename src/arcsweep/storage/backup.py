"""The database in one file, and back."""

import os
import subprocess
from contextlib import closing
from pathlib import Path
from typing import IO

from psycopg2.extensions import make_dsn

from arcsweep.atomic import atomic_open
from arcsweep.errors import InputError, StorageError
from arcsweep.storage.binaries import postgres_program
from arcsweep.storage.engine import connect
from arcsweep.storage.location import Database

_MAGIC = b"PGDMP"
_LOCK_TIMEOUT_S = 30


def backup(database: Database, file: Path) -> int:
    """Write a consistent copy of the database to ``file``; returns its size in bytes.

    Others may go on working in the database meanwhile. The file is there whole or not at all and
    readable by its owner alone. Raises StorageError when pg_dump fails, OSError on a full disk.
    """
    options = ["--format=custom", "--no-owner", "--no-privileges"]
    options.append(f"--lock-wait-timeout={_LOCK_TIMEOUT_S}s")
    with atomic_open(file, mode=0o600) as stream:
        _run("pg_dump", options, database, stream)
        return os.fstat(stream.fileno()).st_size


def restore(database: Database, file: Path, *, replace: bool = False) -> None:
    """Load a file of :func:`backup` into the database, wholly or not at all.

    replace: drop what the database holds of it first; else a database with tables is refused.
    Raises InputError when the file is no backup, StorageError when it cannot be loaded.
    """
    _refuse_strange_file(file)
    if not replace and _count_tables(database) > 0:
        raise StorageError(
            f"the database {database.dbname} holds tables already; back it up if they matter, "
            "then restore with --replace"
        )
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    if replace:
        options += ["--clean", "--if-exists"]
    _run("pg_restore", [*options, str(file.absolute())], database, None)


def _refuse_strange_file(file: Path) -> None:
    try:
        with file.open("rb") as stream:
            magic = stream.read(len(_MAGIC))
    except OSError as error:
        raise InputError(
            f"the backup {file} cannot be read: {error.strerror}; name a file that "
            "`arcsweep db backup` wrote"
        ) from error
    if magic != _MAGIC:
        raise InputError(f"{file} is no backup; name a file that `arcsweep db backup` wrote")


def _count_tables(database: Database) -> int:
    with closing(connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def _run(program: str, options: list[str], database: Database, stdout: IO[bytes] | None) -> None:
    connection = f"--dbname={make_dsn(**database.libpq_params())}"
    command = [str(postgres_program(program)), *options, connection]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout if stdout is not None else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").splitlines()
        raise StorageError(
            f"{program} failed with exit status {done.returncode}: {' '.join(lines[:3])}; mend "
            "the cause and repeat the command"
        )
