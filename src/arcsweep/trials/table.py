"""The study as a table: one row a trial, nothing left out."""

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from optuna.trial import FrozenTrial, TrialState

from arcsweep.errors import StudyMismatchError
from arcsweep.workers.result import RESULT_KEY

_RESULT_COLUMNS = ("reason", "best_epoch", "epochs_run", "seconds", "host", "seed", "code_version")


def trials_table(
    trials: Sequence[FrozenTrial], param_names: Sequence[str], takeovers: Mapping[int, int]
) -> pd.DataFrame:
    """One row for each of ``trials``, ordered by number.

    Columns: number, state, outcome, reason, value, best_epoch, epochs_run, seconds, started_at,
    finished_at (UTC, ISO 8601), host, device, seed, code_version, n_takeovers,
    intermediate_values (JSON object step → value), then ``param_<name>`` as sampled (empty where
    inactive), ``effective_<name>`` where training used another value, ``fact_<name>``, and
    ``metric_<name>`` of the best epoch; what is no scalar stands as JSON.
    ``takeovers`` maps a trial's number to how often it changed hands.
    """
    ordered_trials = sorted(trials, key=lambda trial: trial.number)
    table = pd.DataFrame([_row(trial, takeovers.get(trial.number, 0)) for trial in ordered_trials])
    for name in param_names:
        if f"param_{name}" not in table.columns:
            table[f"param_{name}"] = None
    families = ("param_", "effective_", "fact_", "metric_")
    fixed = [column for column in table.columns if not column.startswith(families)]
    ordered = [f"param_{name}" for name in param_names]
    rest = [column for column in table.columns if column not in {*fixed, *ordered}]
    return table[[*fixed, *ordered, *sorted(rest)]]


def refuse_inexact(table: pd.DataFrame, n_trials: int, remedy: str) -> None:
    """Raise StudyMismatchError unless exactly ``n_trials`` trials finished and none is running."""
    n_finished = int(table["state"].isin(["COMPLETE", "PRUNED"]).sum()) if len(table) else 0
    n_running = int((table["state"] == "RUNNING").sum()) if len(table) else 0
    if n_finished == n_trials and n_running == 0:
        return
    raise StudyMismatchError(
        f"the database holds {n_finished} finished and {n_running} running trials, but"
        f" study.n_trials is {n_trials}; {remedy}"
    )


def _row(trial: FrozenTrial, n_takeovers: int) -> dict[str, Any]:
    result: Mapping[str, Any] = trial.user_attrs.get(RESULT_KEY, {})
    facts = result.get("facts", {})
    return {
        "number": trial.number,
        "state": trial.state.name,
        "outcome": result.get("outcome", "running")
        if trial.state.is_finished()
        else TrialState.RUNNING.name.lower(),
        **{name: result.get(name) for name in _RESULT_COLUMNS},
        "value": trial.value if trial.state == TrialState.COMPLETE else _best_value(trial, result),
        "started_at": _utc(trial.datetime_start),
        "finished_at": _utc(trial.datetime_complete),
        "device": facts.get("device"),
        "n_takeovers": n_takeovers,
        "intermediate_values": json.dumps(
            {str(step): value for step, value in sorted(trial.intermediate_values.items())}
        ),
        **{f"param_{name}": value for name, value in trial.params.items()},
        **{
            f"effective_{name}": value
            for name, value in result.get("effective_params", {}).items()
            if trial.params.get(name) != value
        },
        **{f"fact_{name}": _scalar(value) for name, value in facts.items()},
        **{f"metric_{name}": _scalar(value) for name, value in result.get("metrics", {}).items()},
    }


def _best_value(trial: FrozenTrial, result: Mapping[str, Any]) -> float | None:
    """The best epoch's value of a trial that did not complete (Optuna keeps the last one)."""
    return trial.intermediate_values.get(result.get("best_epoch") or -1)


def _scalar(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return value


def _utc(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(datetime.UTC).isoformat(timespec="seconds")
