"""The engine of every run on a fold: (parameters, training settings, fold, seed) → record.

Whatever is to be judged on tasks that selected nothing comes through :func:`run_on_fold`: the
selected trials as they are (:mod:`arcsweep.confirmation.run`), and changed ones, for which a caller
passes changed parameters or settings and compares the records of equal folds and seeds.
"""

import logging
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arcsweep.config import Config
from arcsweep.config.training import TrainingConfig
from arcsweep.confirmation.fold_data import FoldData
from arcsweep.extended.reporter import ExtendedReporter
from arcsweep.extended.store import StoredRun, settings_hash
from arcsweep.protocol import Params, TrialOutcome
from arcsweep.training.objective import TRAINING_SEMANTICS, semantic_settings
from arcsweep.workers.checkpoint import CheckpointFolder
from arcsweep.workers.code_version import code_version
from arcsweep.workers.epoch_log import logged

if TYPE_CHECKING:
    from arcsweep.training.data import TrainingData
    from arcsweep.training.run import TrainedModel

logger = logging.getLogger(__name__)

FOLD_SEMANTICS = 1
"""Raise this when equal settings, data and seed no longer give the same record."""

DIGITS = 5
"""Of stored logits."""


def fold_settings(config: Config) -> TrainingConfig:
    """The study's training settings for a run on a fold: its epochs, and no early stopping, which
    would ask the judged tasks when to end. Change a copy of them to try something else."""
    epochs = config.confirmation.epochs or config.extended.epochs
    return config.training.model_copy(update={"epochs": epochs, "early_stop_patience": 0})


def run_on_fold(
    data: FoldData,
    params: Params,
    settings: TrainingConfig,
    seed: int,
    log: Path | None = None,
) -> dict[str, Any]:
    """Train ``params`` on the fold's training side and judge its other side after the last epoch.

    data: ``FoldData.of(config, number)``. params: active parameters with their effective values.
    settings: see :func:`fold_settings`; early_stop_patience must be 0.
    seed: of weights, shuffles and augmentation. log: folder of TensorBoard events, None for none.

    Nothing that the judged tasks' labels say reaches the training: there is no best epoch, no early
    stopping, and the learning rate falls when the *training* loss stalls, where a trial of the
    search asks its validation tasks.

    The record holds ``predictions`` (judged task → category), ``logits`` (judged task → 9 numbers
    in CATEGORIES' order, mean of the settings' validation views), ``shown_logits`` (the same of
    what a user's task shows: its first pairs alone), ``final`` metrics, ``history`` of all epochs,
    cost and origin. A run that diverges or runs out of memory has a record that is ``empty``, with
    the outcome's name and reason; it is not kept.

    Runs are kept in the study's fold store by what they are, so that equal arguments train once,
    and a killed run goes on after its last epoch. Raises InputError when a file is missing.
    """
    if settings.early_stop_patience:
        raise ValueError(f"early_stop_patience must be 0, got {settings.early_stop_patience}")
    meaning = {**data.meaning(), **_meaning(settings)}
    settings_id = settings_hash(params, seed, meaning)
    folder = data.paths.fold_store / f"fold{data.fold.number}-seed{seed}-{settings_id}"
    stored = StoredRun(folder, keeps_model=False)
    kept = stored.read()
    if kept is not None:
        logger.info("fold %d was run with these settings before, kept", data.fold.number)
        return kept
    reporter = ExtendedReporter(CheckpointFolder(stored.checkpoints), settings.epochs)
    told = _identity(data, params, settings, seed) | {"settings_hash": settings_id}
    try:
        found = _train(data, params, settings, seed, reporter, log)
    except TrialOutcome as outcome:
        logger.warning("fold %d: %s", data.fold.number, outcome.name)
        return told | _ended(outcome, reporter)
    kept = stored.write({**told, "empty": False, "outcome": "complete", "reason": "", **found})
    shutil.rmtree(stored.checkpoints, ignore_errors=True)
    return kept


def _identity(
    data: FoldData, params: Params, settings: TrainingConfig, seed: int
) -> dict[str, Any]:
    """What the record says of any run, however it ends."""
    return {
        "params": dict(params),
        "epochs": settings.epochs,
        "training_seed": seed,
        "fold_hash": data.fold.content_hash,
        "judged": data.fold.judged,
        "host": socket.gethostname(),
        "code_version": code_version(),
    }


def _ended(outcome: TrialOutcome, reporter: ExtendedReporter) -> dict[str, Any]:
    """The record's rest for a run that has no model."""
    return {
        "empty": True,
        "outcome": outcome.name,
        "reason": f"{outcome.name}: {outcome}",
        "seconds": round(reporter.seconds, 3),
    }


def _train(
    data: FoldData,
    params: Params,
    settings: TrainingConfig,
    seed: int,
    reporter: ExtendedReporter,
    log: Path | None,
) -> dict[str, Any]:
    # PyTorch takes seconds to import; a run that is kept does without.
    from arcsweep.training.run import train_model

    loaded = data.load()
    with logged(reporter, lambda: reporter.history, log) as told:
        trained = train_model(loaded, params, settings, seed, told, watched="train_loss")
    final = dict(reporter.final)
    return {
        "predictions": final.pop("predictions"),
        "logits": _by_task(loaded, trained.logits.tolist()),
        "shown_logits": _by_task(loaded, _shown_logits(loaded, trained, settings)),
        "final": final,
        "history": trained.history,
        "seconds": round(reporter.seconds, 3),
        "device": trained.device,
        "n_parameters": trained.n_parameters,
    }


def _shown_logits(
    data: "TrainingData", trained: "TrainedModel", settings: TrainingConfig
) -> list[list[float]]:
    """What the model says of each judged task's first pairs, as many as a view has."""
    from arcsweep.classifier.demonstrations import Showing
    from arcsweep.classifier.ensemble import ensemble_logits
    from arcsweep.classifier.first_pairs import first_pairs

    showing = Showing(settings.n_demos, settings.validation_views)
    device = next(trained.model.parameters()).device
    pairs = first_pairs(data.validation, settings.n_demos)
    found: list[list[float]] = ensemble_logits([trained.model], showing, pairs, device)[0].tolist()
    return found


def _by_task(data: "TrainingData", logits: list[list[float]]) -> dict[str, list[float]]:
    rows = ([round(value, DIGITS) for value in row] for row in logits)
    return dict(zip(data.validation.task_ids, rows, strict=True))


def _meaning(settings: TrainingConfig) -> Mapping[str, str]:
    return {
        "training": semantic_settings(settings),
        "training_semantics": str(TRAINING_SEMANTICS),
        "fold_semantics": str(FOLD_SEMANTICS),
    }
