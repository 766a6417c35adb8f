"""Studies as the live view finds them: real PostgreSQL, states written as workers write them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text

from arcsweep.config import Config
from arcsweep.config.load import validate

SPACE = {
    "kind": {"type": "categorical", "choices": ["a", "b"]},
    "x": {"type": "float", "low": 0.0, "high": 1.0},
}


def toy_config(n_trials: int = 12, **more: Any) -> Config:
    return validate(
        {
            "study": {
                "name": "toy",
                "n_trials": n_trials,
                "objective": "nothing:build",
                "space": SPACE,
                "pruner": {"min_resource": 2, "max_resource": 6, "reduction_factor": 3},
            },
            "selection": {"by": "kind"},
            **more,
        },
        "test",
    )


_GUARDED = (
    "trials",
    "trial_params",
    "trial_values",
    "trial_intermediate_values",
    "trial_user_attributes",
)


@contextmanager
def behind_the_guards(engine: Engine) -> Iterator[Connection]:
    """A connection that may write trials as no worker could, such as ones of an hour ago."""
    with engine.begin() as connection:
        for switch in ("DISABLE", "ENABLE"):
            for table in _GUARDED:
                connection.execute(text(f"ALTER TABLE {table} {switch} TRIGGER USER"))
            if switch == "DISABLE":
                yield connection


def finish(
    connection: Connection,
    study_id: int,
    number: int,
    *,
    ago_s: float,
    lasted_s: float = 60.0,
    outcome: str = "complete",
    choice: int = 0,
    value: float = 0.5,
    epochs: int = 6,
) -> None:
    """Write a trial that ended ``ago_s`` seconds ago after ``epochs`` epochs."""
    state = {"complete": "COMPLETE", "failed": "FAIL"}.get(outcome, "PRUNED")
    trial_id = connection.execute(
        text(
            "INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete)"
            " VALUES (:number, :study, CAST(:state AS trialstate),"
            " now() AT TIME ZONE 'UTC' - make_interval(secs => :began),"
            " now() AT TIME ZONE 'UTC' - make_interval(secs => :ago)) RETURNING trial_id"
        ),
        {
            "number": number,
            "study": study_id,
            "state": state,
            "began": ago_s + lasted_s,
            "ago": ago_s,
        },
    ).scalar_one()
    result = json.dumps({"outcome": outcome, "best_epoch": 4})
    for statement in (
        "INSERT INTO arcsweep.leases (trial_id, study_id, token, renewed_at, epoch) VALUES"
        " (:trial, :study, 1, now() - make_interval(secs => :ago), :epochs)",
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)"
        " VALUES (:trial, 'kind', :choice, '{}')",
        "INSERT INTO trial_user_attributes (trial_id, key, value_json)"
        " VALUES (:trial, 'result', :result)",
        "INSERT INTO trial_values (trial_id, objective, value, value_type)"
        " SELECT :trial, 0, :value, 'FINITE' WHERE :state = 'COMPLETE'",
    ):
        connection.execute(
            text(statement),
            {
                "trial": trial_id,
                "study": study_id,
                "ago": ago_s,
                "epochs": epochs,
                "choice": choice,
                "result": result,
                "value": value,
                "state": state,
            },
        )
