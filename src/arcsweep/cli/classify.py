"""``arcsweep classify``: what kind of task is this."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption
from arcsweep.errors import ConfigError, InputError

if TYPE_CHECKING:
    from arcsweep.classifier.inputs import Inputs

logger = logging.getLogger(__name__)


def classify(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="ARC JSON files, and folders of them."),
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            help="A public data set: arc-agi-1-training, arc-agi-1-evaluation, "
            "arc-agi-2-training or arc-agi-2-evaluation; repeatable."
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            help="A file that `arcsweep export` wrote.",
            show_default="the ensemble of the config's study",
        ),
    ] = None,
    precision: Annotated[
        float, typer.Option(help="Share of answers to held-out tasks that must be right.")
    ] = 0.8,
    answer_all: Annotated[
        bool, typer.Option("--answer-all", help="Name the likeliest category of every task.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Folder for answers.csv and gallery.html.")] = Path(
        "outputs/classified"
    ),
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Name the category of ARC tasks, or say "I don't know"; write a CSV and a gallery."""
    _check(paths, dataset, precision, device)
    asked = _read(paths or [], dataset or [])
    if asked.tasks:
        _answer(asked, model or _of_study(config), precision, answer_all, output, device)
    for fault in asked.faults:
        logger.error("error: %s", fault)
    if asked.faults:
        n_asked = len(asked.tasks) + len(asked.faults)
        raise InputError(f"{len(asked.faults)} of {n_asked} inputs could not be read, named above")


def _check(
    paths: list[Path] | None, datasets: list[str] | None, precision: float, device: str
) -> None:
    """What can be refused before anything is loaded."""
    from arcsweep.classifier.datasets import check_dataset
    from arcsweep.classifier.threshold import check_precision

    if not paths and not datasets:
        raise ConfigError("classify needs a PATH or a --dataset, got neither; name some tasks")
    for name in datasets or []:
        check_dataset(name)
    check_precision(precision)
    if device not in ("auto", "cpu", "cuda"):
        raise ConfigError(f"--device must be auto, cpu or cuda, got {device!r}")


def _answer(
    asked: "Inputs", model: Path, precision: float, answer_all: bool, output: Path, device: str
) -> None:
    from arcsweep.classifier import load
    from arcsweep.classifier.ensemble import n_batches
    from arcsweep.classifier.summary import summary_lines, threshold_line, warnings
    from arcsweep.classifier.table import write_table
    from arcsweep.reports.gallery import write_gallery
    from arcsweep.tasks.progress import progress

    classifier = load(model, device)
    steps = n_batches([task.pairs for task in asked.tasks], classifier.export.showing)
    with progress("classifying tasks (batches)", steps) as advance:
        answers = classifier.classify_all(asked.tasks, precision, answer_all, advance)
    rule = threshold_line(classifier.rule(precision), answer_all)
    lines = summary_lines(classifier, answers, answer_all)
    notes = warnings(classifier, answers)
    table, gallery = output / "answers.csv", output / "gallery.html"
    try:
        write_table(table, answers)
        write_gallery(gallery, asked.tasks, answers, rule, lines, notes)
    except OSError as error:
        raise InputError(
            f"--output {output} must be a writable folder, got {error.strerror}; name another"
        ) from error
    for line in (*lines, rule, *(f"warning: {note}" for note in notes)):
        typer.echo(line)
    typer.echo(f"written to {table} and {gallery}")


def _of_study(config: list[Path]) -> Path:
    """The ensemble of the config's study, exported when it is not there yet."""
    from arcsweep.config.load import load_config
    from arcsweep.export.study import current_export
    from arcsweep.paths import Paths

    settings = load_config(config)
    return current_export(settings, Paths.of(settings))


def _read(paths: list[Path], datasets: list[str]) -> "Inputs":
    from arcsweep.classifier.datasets import read_dataset
    from arcsweep.classifier.inputs import Inputs, read_paths, task_paths
    from arcsweep.tasks.progress import progress

    public = [task for name in datasets for task in read_dataset(name)]
    files = task_paths(paths)
    if not files:
        own = read_paths(paths)
    else:
        with progress("reading tasks", len(files)) as advance:
            own = read_paths(paths, advance)
    return Inputs((*own.tasks, *public), own.faults)
