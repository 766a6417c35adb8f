"""From a study's extended runs to an exported classifier and its card."""

from collections.abc import Sequence
from pathlib import Path

from arcsweep.atomic import write_text
from arcsweep.classifier.demonstrations import Showing
from arcsweep.classifier.ensemble import ensemble_probabilities, n_batches
from arcsweep.classifier.file import Export, Member, read_export, write_export
from arcsweep.classifier.first_pairs import first_pairs
from arcsweep.classifier.held_out import HeldOut
from arcsweep.config import Config
from arcsweep.errors import InputError
from arcsweep.export.card import model_card
from arcsweep.export.folds import fold_held_out
from arcsweep.export.runs import ConfirmedRun, confirmed_runs
from arcsweep.paths import Paths
from arcsweep.split.split import Split, load_split
from arcsweep.tasks.arrays import load_task_arrays
from arcsweep.tasks.progress import progress
from arcsweep.tasks.rearc import task_ids
from arcsweep.training.data import LabelledTasks
from arcsweep.training.device import choose_device
from arcsweep.training.saved_model import load_model


def export_study(
    config: Config,
    paths: Paths,
    target: Path,
    group: str | None = None,
    rank: int | None = None,
    seed: int | None = None,
) -> Export:
    """Write the ensemble of these extended runs to ``target`` and its card beside it.

    group, rank, seed: keep only such runs; None keeps all.
    Raises InputError when there is no such run, or when the runs are of another split.
    """
    runs, n_empty = confirmed_runs(config, paths, group, rank, seed)
    split = load_split(paths.split)
    for run in runs:
        if run.validated != split.validation.keys():
            raise InputError(
                f"{run.model_path} was validated on other tasks than those of {paths.split}; run "
                "the workflow again"
            )
    members = tuple(_member(run) for run in runs)
    showing = Showing(config.training.n_demos, config.training.validation_views)
    held_out = fold_held_out(config, paths, runs, split)
    if held_out is None:
        held_out = _held_out(config, paths, members, showing, split)
    export = Export(
        members=members,
        showing=showing,
        held_out=held_out,
        known=split.train,
        validated=split.validation,
        related=task_ids(),
        card=model_card(config, paths, members, n_empty, held_out, split),
    )
    try:
        write_export(target, export)
        write_text(card_path(target), export.card)
    except OSError as error:
        raise InputError(
            f"{target} must be writable, got {error.strerror}; name another --output"
        ) from error
    return export


def current_export(config: Config, paths: Paths) -> Path:
    """The study's exported ensemble, made when it is missing, damaged or of other runs, or when it
    was confirmed since."""
    target = paths.exported_model
    runs, _ = confirmed_runs(config, paths, None, None, None)
    confirmed = fold_held_out(config, paths, runs, load_split(paths.split)) is not None
    source = "confirmation-folds" if confirmed else "search-validation"
    try:
        export = read_export(target)
    except InputError:
        export = None
    if export is None or export.held_out.source != source or not _are_of(export, runs):
        export_study(config, paths, target)
    return target


def card_path(target: Path) -> Path:
    """Where the card of an exported model stands."""
    return target.with_suffix(".md")


def _are_of(export: Export, runs: Sequence[ConfirmedRun]) -> bool:
    """Whether the exported models are those of ``runs``."""
    found = [member.facts.get("model_sha256") for member in export.members]
    return found == [run.model_sha256 for run in runs]


def _member(run: ConfirmedRun) -> Member:
    model, params = load_model(run.model_path)
    return Member(params, run.facts, model)


def _held_out(
    config: Config, paths: Paths, members: Sequence[Member], showing: Showing, split: Split
) -> HeldOut:
    """What the ensemble says of the first pairs of the search's validation tasks."""
    arrays = load_task_arrays(paths.data_dir, paths.manifest, paths.cache)
    tasks = LabelledTasks.of(arrays, split.validation)
    shown = first_pairs(tasks, showing.n_demos)
    device = choose_device(config.training.device)
    models = [member.model.to(device) for member in members]
    with progress("asking about held-out tasks", n_batches(shown, showing)) as advance:
        by_model = ensemble_probabilities(models, showing, shown, device, advance)
    for model in models:
        model.cpu()
    return HeldOut("search-validation", tuple(tasks.task_ids), tasks.labels, by_model.mean(axis=0))
