"""Installing the rules that the database keeps by itself (guards.sql)."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from sqlalchemy import Connection, Engine, text

BUDGET_SPENT = "23AS1"
"""SQLSTATE of an insert beyond the budget. Class 23 (integrity) is what Optuna passes on at once
instead of trying again."""

NOT_OWNER = "42501"
"""SQLSTATE of a write by anyone but a trial's present owner (insufficient privilege)."""

VERSION = 2
"""Of guards.sql; to be raised with every change of it."""

_INSTALL_LOCK = 7_203_117_001  # any constant; two installers at once would deadlock on the DDL


@dataclass(frozen=True)
class Sweep:
    """What the database knows of a registered study."""

    study_id: int
    n_trials: int
    fingerprint: Mapping[str, str]
    spent: int
    """Trials that count: all but FAIL."""
    created_at: datetime.datetime
    warm_start_from: str | None = None
    """The study whose trials this one learns from."""
    warm_start: Mapping[str, Any] = field(default_factory=dict)
    """What became of that study's trials; see :mod:`arcsweep.study.copies`."""


@dataclass(frozen=True)
class Copy:
    """A finished trial of the study ``source``, told in the terms of another one.

    trial: JSON-serialisable.
    """

    source: str
    number: int
    trial: Mapping[str, Any]


@dataclass(frozen=True)
class WarmStart:
    """What a new study takes over from study ``source``; record: JSON-serialisable."""

    source: str
    copies: Sequence[Copy]
    record: Mapping[str, Any]


def install(engine: Engine) -> None:
    """Create tables, functions and triggers where they are missing or older; safe to repeat.

    Optuna's own tables must exist.
    """
    statements = resources.files("arcsweep.storage").joinpath("guards.sql").read_text()
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _INSTALL_LOCK})
        connection.exec_driver_sql(statements.replace("%", "%%"))
        connection.exec_driver_sql(f"COMMENT ON SCHEMA arcsweep IS 'version {VERSION}'")


def bring_up_to_date(engine: Engine) -> None:
    """Install the guards where an older version of them is; leave alone what never had them."""
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace"
                " WHERE nspname = 'arcsweep'"
            )
        ).one_or_none()
    if row is not None and int((row[0] or "version 1").removeprefix("version ")) < VERSION:
        install(engine)


def register(
    engine: Engine,
    study_id: int,
    n_trials: int,
    fingerprint: Mapping[str, str],
    warm_start: WarmStart | None = None,
) -> Sweep:
    """Put the study under the guards and set its budget; an existing one is left as it is.

    Copies of another study's trials come with it or not at all: a crash leaves none of it.
    """
    with engine.begin() as connection:
        created = connection.execute(
            text(
                "INSERT INTO arcsweep.sweeps"
                " (study_id, n_trials, fingerprint, warm_start_from, warm_start)"
                " VALUES (:study, :budget, CAST(:fingerprint AS jsonb), :source,"
                " CAST(:record AS jsonb)) ON CONFLICT (study_id) DO NOTHING"
            ),
            {
                "study": study_id,
                "budget": n_trials,
                "fingerprint": json.dumps(dict(fingerprint), sort_keys=True),
                "source": warm_start.source if warm_start else None,
                "record": json.dumps(dict(warm_start.record)) if warm_start else None,
            },
        )
        if created.rowcount == 1 and warm_start is not None:
            _insert_copies(connection, study_id, warm_start.copies)
        return _read(connection, study_id)


def copies(engine: Engine, study_id: int) -> list[Copy]:
    """The copies that the study was started with, in the order of their making."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT source, number, trial FROM arcsweep.copies WHERE study_id = :study"
                " ORDER BY source, number"
            ),
            {"study": study_id},
        )
        return [Copy(*row) for row in rows]


def study_names(engine: Engine) -> dict[str, int]:
    """Name → number of every registered study in the database."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT s.study_name, s.study_id FROM studies s JOIN arcsweep.sweeps"
                " USING (study_id) ORDER BY s.study_id"
            )
        )
        return {str(name): int(number) for name, number in rows}


def _insert_copies(connection: Connection, study_id: int, rows: Sequence[Copy]) -> None:
    for copy in rows:
        connection.execute(
            text(
                "INSERT INTO arcsweep.copies (study_id, source, number, trial)"
                " VALUES (:study, :source, :number, CAST(:trial AS jsonb))"
            ),
            {
                "study": study_id,
                "source": copy.source,
                "number": copy.number,
                "trial": json.dumps(dict(copy.trial)),
            },
        )


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
            "SELECT n_trials, fingerprint, arcsweep.spent(study_id), created_at, warm_start_from,"
            " coalesce(warm_start, '{}') FROM arcsweep.sweeps WHERE study_id = :study"
        ),
        {"study": study_id},
    ).one_or_none()
    if row is None:
        raise LookupError(f"study {study_id} is not registered")
    return Sweep(study_id, *row)
