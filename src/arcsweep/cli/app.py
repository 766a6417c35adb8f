"""The ``arcsweep`` command: one verb for each stage, each a command that a rule calls."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from arcsweep import __version__
from arcsweep.cli import (
    audit,
    baseline,
    check,
    config,
    db,
    extended,
    labels,
    report,
    selection,
    space,
    split,
    study,
    sweep,
    tasks,
    trials,
    worker,
)
from arcsweep.cli.logs import start_logging
from arcsweep.errors import ArcsweepError

logger = logging.getLogger("arcsweep")

app = typer.Typer(
    name="arcsweep",
    help="Hyperparameter sweeps of ARC task encoders. Verbs stand in the order of the workflow.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback of ours would show local variables; errors a user can act on are one line.
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def options(
    log: Annotated[Path | None, typer.Option(help="Also write messages to this file.")] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Options before the verb."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    start_logging(log)


app.command()(config.config)
app.command()(space.space)
app.command()(check.check)
app.command()(tasks.tasks)
app.command()(labels.labels)
app.command()(split.split)
app.command()(baseline.baseline)
app.command()(audit.audit)
app.add_typer(db.app, name="db")
app.command()(study.study)
app.command()(worker.worker)
app.command()(sweep.sweep)
app.command()(trials.trials)
app.command()(trials.reconcile)
app.command()(selection.selection)
app.command()(extended.extended)
app.command()(report.report)


def main() -> None:
    """Run the command line; an error that a user can act on is one line and exit status 1."""
    try:
        app()
    except ArcsweepError as error:
        start_if_silent()
        logger.error("error: %s", error)
        sys.exit(1)


def start_if_silent() -> None:
    """Errors before the options were read still reach the terminal."""
    if not logger.handlers:
        start_logging(None)
