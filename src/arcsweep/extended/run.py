"""One extended run: a selected trial trained longer, without pruner or early stopping."""

import logging
import shutil
import socket
from pathlib import Path
from typing import Any

from arcsweep.atomic import write_json
from arcsweep.config import Config
from arcsweep.config.classifier_rules import trains_classifier
from arcsweep.extended.own_model import train_own
from arcsweep.extended.reporter import ExtendedReporter
from arcsweep.extended.slot import Slot, find_slot
from arcsweep.extended.store import StoredRun, settings_hash, stored_run
from arcsweep.paths import Paths
from arcsweep.study.objective import load_objective
from arcsweep.training.objective import TrainingObjective, build
from arcsweep.workers.checkpoint import CheckpointFolder
from arcsweep.workers.code_version import code_version
from arcsweep.workers.epoch_log import logged
from arcsweep.workers.threads import limit_threads

logger = logging.getLogger(__name__)


def run_slot(config: Config, group: str, rank: int, seed: int) -> None:
    """Fill the slot: keep a run that is there already, else train it, and write the record."""
    paths = Paths.of(config)
    slot = find_slot(config, paths.selection, group, rank, seed)
    target = paths.extended_record(group, rank, seed)
    if slot.trial is None:
        write_json(target, {**slot.identity(), "empty": True, "reason": slot.reason})
        logger.info("%s rank %d is empty: %s", group, rank, slot.reason)
        return
    longer = _without_ends(config)
    classifier = build(longer, paths) if trains_classifier(config) else None
    objective = classifier or load_objective(longer, paths)
    limit_threads(config.workers.threads)
    settings = settings_hash(slot.params, seed, objective.fingerprint())
    stored = stored_run(paths.extended_store, slot.trial, seed, settings)
    record = stored.read()
    if record is None:
        epochs = config.extended.epochs
        log = paths.tensorboard / target.stem if config.workers.tensorboard else None
        if classifier is not None:
            record = _train(classifier, epochs, slot, stored, log)
        else:
            record = train_own(objective, epochs, slot, stored, log)
    else:
        logger.info("trial %d with seed %d was trained before, kept", slot.trial, seed)
    write_json(
        target,
        {
            **record,
            **slot.identity(),
            "settings_hash": settings,
            "model": str(stored.model_path.relative_to(paths.study_dir)),
        },
    )


def _without_ends(config: Config) -> Config:
    """The config whose training is the extended runs': their epochs, no early stopping."""
    training = config.training.model_copy(
        update={"epochs": config.extended.epochs, "early_stop_patience": 0}
    )
    return config.model_copy(update={"training": training})


def _train(
    objective: TrainingObjective, epochs: int, slot: Slot, stored: StoredRun, log: Path | None
) -> dict[str, Any]:
    # PyTorch takes seconds to import; a slot that keeps its run does without.
    from arcsweep.training.run import train_model
    from arcsweep.training.saved_model import save_model

    reporter = ExtendedReporter(CheckpointFolder(stored.checkpoints), epochs)
    with logged(reporter, lambda: reporter.history, log) as told:
        trained = train_model(objective.data(), slot.params, objective.settings, slot.seed, told)
    save_model(stored.model_path, trained.model, slot.params, {"trial": slot.trial})
    record = {
        "empty": False,
        "reason": "",
        "trial": slot.trial,
        "params": slot.params,
        "epochs": epochs,
        "final": reporter.final,
        "history": trained.history,
        "seconds": round(reporter.seconds, 3),
        "device": trained.device,
        "host": socket.gethostname(),
        "n_parameters": trained.n_parameters,
        "code_version": code_version(),
    }
    kept = stored.write(record)
    shutil.rmtree(stored.checkpoints, ignore_errors=True)
    return kept
