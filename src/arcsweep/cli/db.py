"""``arcsweep db``: start, stop and look at the study's database."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from arcsweep.paths import Paths

logger = logging.getLogger(__name__)

app = typer.Typer(
    help="The study's PostgreSQL database: an embedded server, or the external one that "
    "ARCSWEEP_DATABASE_URL names.",
    no_args_is_help=True,
)


@app.command()
def start(
    watch: Annotated[
        int | None,
        typer.Option(help="Stop when this process is gone; without it, run until `db stop`."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Make sure that the database runs."""
    from arcsweep.storage.control import start as start_database

    database = start_database(_paths(config), watch)
    kind = "embedded" if database.embedded else "external"
    logger.info("%s database ready at %s port %d", kind, database.host, database.port)


@app.command()
def stop(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Stop the embedded server, whoever it runs for."""
    from arcsweep.storage.control import stop as stop_database

    stopped = stop_database(_paths(config))
    logger.info("database stopped" if stopped else "no database was running")


@app.command()
def status(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Say whether the database runs, where, and for whom."""
    from arcsweep.storage.control import status as database_status
    from arcsweep.storage.location import locate, locate_external

    paths = _paths(config)
    if locate_external() is not None:
        typer.echo(f"external: {locate(paths).url()}")
        return
    now = database_status(paths)
    typer.echo(f"embedded, {now.state}")
    if now.host:
        renewed = datetime.fromtimestamp(now.renewed_at, tz=UTC)
        typer.echo(f"host: {now.host} (last sign of life {renewed:%Y-%m-%d %H:%M:%S} UTC)")
        typer.echo(f"url: {locate(paths).url()}")


@app.command()
def url(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print the database's URL; it names the passfile and holds no password."""
    from arcsweep.storage.location import locate

    typer.echo(locate(_paths(config)).url())


@app.command()
def shell(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Open psql on the database."""
    from psycopg2.extensions import make_dsn

    from arcsweep.storage.binaries import postgres_program
    from arcsweep.storage.location import locate

    program = str(postgres_program("psql"))
    os.execv(program, [program, "--dbname", make_dsn(**locate(_paths(config)).libpq_params())])


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write a copy of the database to a file; a sweep may run meanwhile."""
    from arcsweep.storage.backup import backup as write_backup
    from arcsweep.storage.location import locate

    size = write_backup(locate(_paths(config)), file)
    logger.info("%s: %d kB", file, -(-size // 1000))


@app.command()
def restore(
    file: Annotated[
        Path | None,
        typer.Argument(help="File that `backup` wrote; without it, the study's newest automatic."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Drop what the database holds of it first.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Load a backup into the database, wholly or not at all; starts the server where need be."""
    from arcsweep.storage.backup import restore as load_backup
    from arcsweep.storage.backup_folder import BackupFolder
    from arcsweep.storage.control import start as start_database
    from arcsweep.workers.checkpoint import highest_token

    paths = _paths(config)
    if file is None:
        file = BackupFolder(paths.backups, paths.study).newest_or_refuse()
        logger.info("newest automatic backup of study %s: %s", paths.study, file)
    database = start_database(paths, os.getpid())
    token = highest_token(paths.checkpoints_of_all_studies())
    load_backup(database, file, replace=replace, highest_token=token)
    logger.info("%s is restored; the same snakemake command goes on from there", file)


def _paths(config: list[Path]) -> "Paths":
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths

    return Paths.of(load_config(config))
