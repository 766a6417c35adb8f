"""An extended run of a training function of the user's own."""

import logging
import shutil
import socket
from pathlib import Path
from typing import Any

from arcsweep.atomic import atomic_open
from arcsweep.errors import ArcsweepError
from arcsweep.extended.reporter import ExtendedReporter
from arcsweep.extended.slot import Slot
from arcsweep.extended.store import StoredRun
from arcsweep.protocol import Objective, TrialOutcome
from arcsweep.workers.checkpoint import CheckpointFolder
from arcsweep.workers.code_version import code_version
from arcsweep.workers.epoch_log import logged

logger = logging.getLogger(__name__)


def train_own(
    objective: Objective, epochs: int, slot: Slot, stored: StoredRun, log: Path | None = None
) -> dict[str, Any]:
    """Train the slot's trial and return its record.

    The state of the last epoch, as the training function gave it, is kept as the run's model.
    A run that diverges or runs out of memory has a record with that reason and no value; it is
    not kept, so that it is tried again when the slot is made again.
    """
    reporter = ExtendedReporter(CheckpointFolder(stored.checkpoints), epochs)
    record = {
        "empty": False,
        "reason": "",
        "trial": slot.trial,
        "params": slot.params,
        "epochs": epochs,
        "host": socket.gethostname(),
        "code_version": code_version(),
    }
    try:
        with logged(reporter, lambda: reporter.history, log) as told:
            objective.train(slot.params, slot.seed, told)
    except TrialOutcome as outcome:
        logger.warning("trial %d with seed %d: %s", slot.trial, slot.seed, outcome.name)
        return {**record, "empty": True, "reason": f"{outcome.name}: {outcome}"}
    if not reporter.history:
        raise ArcsweepError(
            "the training function returned without reporting an epoch; call reporter.report"
            " after each (docs/own-model.md)"
        )
    with atomic_open(stored.model_path) as stream:
        stream.write(reporter.state)
    kept = stored.write(
        {
            **record,
            "value": reporter.history[-1]["value"],
            "final": reporter.final,
            "history": list(reporter.history),
            "seconds": round(reporter.seconds, 3),
        }
    )
    shutil.rmtree(stored.checkpoints, ignore_errors=True)
    return kept
