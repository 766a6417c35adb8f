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
    classify,
    config,
    confirmation,
    cost,
    dashboard,
    db,
    diagnosis,
    embeddings,
    export,
    extended,
    folds,
    forest,
    hypothesis,
    labels,
    propose,
    report,
    selection,
    space,
    split,
    status,
    study,
    sweep,
    tasks,
    trials,
    worker,
)
from arcsweep.cli.logs import start_logging
from arcsweep.errors import ArcsweepError, explained, is_file_system_fault
from arcsweep.scheduler import current_job

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
app.command()(diagnosis.diagnosis)
app.command()(audit.audit)
app.add_typer(db.app, name="db")
app.command()(study.study)
app.command()(worker.worker)
app.command()(sweep.sweep)
app.command()(status.status)
app.command()(dashboard.dashboard)
app.command()(trials.trials)
app.command()(trials.reconcile)
app.command()(selection.selection)
app.command()(extended.extended)
app.command()(embeddings.embeddings)
app.command()(folds.folds)
app.command()(confirmation.confirmation)
app.command()(forest.forest)
app.command()(hypothesis.hypothesis)
app.command()(hypothesis.adoption)
app.command()(report.report)
app.command()(propose.propose)
app.command()(cost.cost)
app.command()(export.export)
app.command()(classify.classify)


def main() -> None:
    """Run the command line; an error that a user can act on is one line and exit status 1.

    The log file gets every error: whoever looks there must not have to look elsewhere.
    """
    try:
        app()
    except ArcsweepError as error:
        start_if_silent()
        logger.error("error%s: %s", _place(), error)
        sys.exit(1)
    except Exception as error:
        # Python would print it on stderr alone, where nobody looks for what a job's log lacks.
        start_if_silent()
        if isinstance(error, OSError) and is_file_system_fault(error):
            logger.error("error%s: %s", _place(), explained(error))
        else:
            logger.exception("error%s, a fault of the program:", _place())
        sys.exit(1)


def _place() -> str:
    """The Slurm job in which this command runs, for whoever reads the error elsewhere."""
    job = current_job()
    return f" in Slurm job {job.job_id} on {job.node or 'an unnamed node'}" if job else ""


def start_if_silent() -> None:
    """Errors before the options were read still reach the terminal."""
    if not logger.handlers:
        start_logging(None)
