"""The database in one file, and back."""

import os
import subprocess
import tempfile
from collections.abc import Callable
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
_PULSE_S = 0.5


# What a restored database must not mistake for its own: owners and checkpoints of the time that is
# lost. Tokens go on in a block of their own, above all that were given out: every block starts at a
# multiple of 2^32, far more tokens than a study draws. All leases are drawn anew, so that whoever
# still works on a trial is refused at its next write, and the trial is free to be gone on with.
_NEW_ERA = """
DO $$
DECLARE
    era bigint;
BEGIN
    IF to_regclass('arcsweep.tokens') IS NULL THEN
        RETURN;
    END IF;
    SELECT greatest((greatest(last_value, {highest_token}) >> 32) + 1,
                    extract(epoch FROM clock_timestamp())::bigint)
    INTO era FROM arcsweep.tokens;
    PERFORM setval('arcsweep.tokens', era << 32);
    UPDATE arcsweep.leases SET token = nextval('arcsweep.tokens'), owner = NULL;
END $$;
"""


def backup(database: Database, file: Path, pulse: Callable[[], None] | None = None) -> int:
    """Write a consistent copy of the database to ``file``; returns its size in bytes.

    Others may go on working in the database meanwhile. The file is there whole or not at all and
    readable by its owner alone. ``pulse`` is called now and then and may raise to give up. Raises
    StorageError when pg_dump fails, OSError on a full disk.
    """
    options = ["--format=custom", "--no-owner", "--no-privileges"]
    options.append(f"--lock-wait-timeout={_LOCK_TIMEOUT_S}s")
    with atomic_open(file, mode=0o600) as stream:
        _run("pg_dump", [*options, _target(database)], stream, pulse)
        return os.fstat(stream.fileno()).st_size


def restore(
    database: Database, file: Path, *, replace: bool = False, highest_token: int = 0
) -> None:
    """Load a file of :func:`backup` into the database, wholly or not at all.

    replace: drop what the database holds of it first; else a database with tables is refused.
    highest_token: of the checkpoints at hand; those written after the backup are above its own.
    Raises InputError when the file is no backup, StorageError when it cannot be loaded.
    """
    _refuse_strange_file(file)
    if not replace and _count_tables(database) > 0:
        raise StorageError(
            f"the database {database.dbname} holds tables already; back it up if they matter, "
            "then restore with --replace"
        )
    options = ["--no-owner", "--no-privileges", str(file.absolute())]
    # Read through once, or a damaged file would be noticed too late.
    _run("pg_restore", [*options, "--file=/dev/null"])
    with tempfile.TemporaryFile() as script:
        if replace:
            options += ["--clean", "--if-exists"]
            script.write(b"DROP SCHEMA IF EXISTS arcsweep CASCADE;\n")
            script.flush()
        _run("pg_restore", [*options, "--file=-"], script)
        script.seek(0, os.SEEK_END)
        script.write(_NEW_ERA.format(highest_token=int(highest_token)).encode())
        script.seek(0)
        settings = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        _run("psql", [*settings, "--file=-", _target(database)], stdin=script)


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


def _target(database: Database) -> str:
    return f"--dbname={make_dsn(**database.libpq_params())}"


def _run(
    program: str,
    arguments: list[str],
    stdout: IO[bytes] | None = None,
    pulse: Callable[[], None] | None = None,
    stdin: IO[bytes] | None = None,
) -> None:
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [str(postgres_program(program)), *arguments],
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            stdout=stdout if stdout is not None else subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            _await(process, pulse)
        finally:
            process.kill()  # of no effect on one that has ended
            process.wait()
        errors.seek(0)
        lines = errors.read().decode(errors="replace").splitlines()
    if process.returncode != 0:
        raise StorageError(
            f"{program} failed with exit status {process.returncode}: {' '.join(lines[:3])}; mend "
            "the cause and repeat the command"
        )


def _await(process: "subprocess.Popen[bytes]", pulse: Callable[[], None] | None) -> None:
    while True:
        try:
            process.wait(timeout=_PULSE_S)
            return
        except subprocess.TimeoutExpired:
            if pulse is not None:
                pulse()
