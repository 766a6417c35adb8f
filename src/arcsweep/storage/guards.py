"""Installing the rules that the database keeps by itself (guards.sql)."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from sqlalchemy import Connection, Engine, text

BUDGET_SPENT = "23AS1"
"""SQLSTATE of an insert beyond the budget. Class 23 (integrity) is what Optuna passes on at once
instead of trying again."""

NOT_OWNER = "42501"
"""SQLSTATE of a write by anyone but a trial's present owner (insufficient privilege)."""

_INSTALL_LOCK = 7_203_117_001  # any constant; two installers at once would deadlock on the DDL


@dataclass(frozen=True)
class Sweep:
    """What the database knows of a registered study."""

    study_id: int
    n_trials: int
    fingerprint: Mapping[str, str]
    spent: int
    """Trials that count: all but FAIL and copies of an earlier study's."""
    created_at: datetime.datetime


def install(engine: Engine) -> None:
    """Create tables, functions and triggers where they are missing or older; safe to repeat.

    Optuna's own tables must exist.
    """
    statements = resources.files("arcsweep.storage").joinpath("guards.sql").read_text()
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _INSTALL_LOCK})
        connection.exec_driver_sql(statements.replace("%", "%%"))


def register(engine: Engine, study_id: int, n_trials: int, fingerprint: Mapping[str, str]) -> Sweep:
    """Put the study under the guards and set its budget; an existing fingerprint is left alone."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO arcsweep.sweeps (study_id, n_trials, fingerprint)"
                " VALUES (:study, :budget, CAST(:fingerprint AS jsonb))"
                " ON CONFLICT (study_id) DO NOTHING"
            ),
            {
                "study": study_id,
                "budget": n_trials,
                "fingerprint": json.dumps(dict(fingerprint), sort_keys=True),
            },
        )
        return _read(connection, study_id)


def set_budget(engine: Engine, study_id: int, n_trials: int) -> None:
    """Change the number of finished trials that the database admits."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE arcsweep.sweeps SET n_trials = :budget WHERE study_id = :study"),
            {"budget": n_trials, "study": study_id},
        )


def read(engine: Engine, study_id: int) -> Sweep:
    """The registered study; raises LookupError for one that was never registered."""
    with engine.connect() as connection:
        return _read(connection, study_id)


def _read(connection: Connection, study_id: int) -> Sweep:
    row = connection.execute(
        text(
            "SELECT n_trials, fingerprint, arcsweep.spent(study_id), created_at"
            " FROM arcsweep.sweeps WHERE study_id = :study"
        ),
        {"study": study_id},
    ).one_or_none()
    if row is None:
        raise LookupError(f"study {study_id} is not registered")
    return Sweep(study_id, *row)
