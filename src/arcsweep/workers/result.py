"""What a finished trial leaves for its row in the table."""

from collections.abc import Mapping
from typing import Any

from arcsweep.protocol import Params
from arcsweep.workers.code_version import code_version
from arcsweep.workers.reporter import TrialReporter

RESULT_KEY = "result"
"""User attribute that holds what :func:`trial_result` gives."""


def trial_result(
    outcome: str,
    reason: str,
    params: Params,
    reporter: TrialReporter,
    seed: int,
    owner: Mapping[str, Any],
) -> dict[str, Any]:
    """One JSON object: how the trial ended, under whom, with what code, and its best epoch."""
    return {
        "outcome": outcome,
        "reason": reason,
        "best_epoch": reporter.last.best_epoch or None,
        "epochs_run": reporter.last.epoch,
        "seconds": round(reporter.seconds, 3),
        "seed": seed,
        "host": owner["host"],
        "job": owner.get("job"),
        "code_version": code_version(),
        "effective_params": dict(params),
        "facts": dict(reporter.last.facts),
        "metrics": dict(reporter.last.best_metrics),
    }
