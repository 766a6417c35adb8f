"""Reading a snapshot: aggregates in SQL, in one read-only transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import ProgrammingError

from arcsweep.config import Config
from arcsweep.errors import StorageError
from arcsweep.live.eta import time_left
from arcsweep.live.snapshot import GroupStanding, Pace, RunningTrial, Snapshot
from arcsweep.selection.groups import group_choices, group_name

WINDOW_S = 3600.0
"""The pace is taken over this long, or longer until WINDOW_FINISHES trials are in it."""

WINDOW_FINISHES = 20

_TRIALS = "(SELECT * FROM trials WHERE study_id = :study) t"

_STUDY = """
    SELECT s.study_id, w.n_trials,
        to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS at,
        extract(epoch FROM clock_timestamp() - w.last_sign)::float8 AS last_sign_s,
        extract(epoch FROM clock_timestamp()
            - greatest(w.created_at, w.resumed_at))::float8 AS run_s
    FROM studies s JOIN arcsweep.sweeps w ON w.study_id = s.study_id
    WHERE s.study_name = :name
"""

# Only PRUNED trials have several outcomes; theirs alone are read out of the JSON.
_OUTCOMES = f"""
    SELECT t.state::text AS state, CASE WHEN t.state = 'PRUNED' THEN (
            SELECT a.value_json::json ->> 'outcome' FROM trial_user_attributes a
            WHERE a.trial_id = t.trial_id AND a.key = 'result') END AS outcome,
        count(*) AS n
    FROM {_TRIALS} GROUP BY 1, 2
"""

# param_value of a categorical parameter is the index of the choice.
_GROUPS = f"""
    SELECT p.param_value::integer AS choice, count(*) AS n_finished,
        count(*) FILTER (WHERE t.state = 'COMPLETE') AS n_complete
    FROM {_TRIALS}
    JOIN trial_params p ON p.trial_id = t.trial_id AND p.param_name = :by
    WHERE t.state IN ('COMPLETE', 'PRUNED') GROUP BY 1
"""

_BEST = f"""
    SELECT b.choice, b.number, b.value, (
        SELECT (a.value_json::json ->> 'best_epoch')::integer FROM trial_user_attributes a
        WHERE a.trial_id = b.trial_id AND a.key = 'result') AS best_epoch
    FROM (
        SELECT DISTINCT ON (p.param_value) p.param_value::integer AS choice, t.number, t.trial_id,
            v.value
        FROM {_TRIALS}
        JOIN trial_values v ON v.trial_id = t.trial_id
        JOIN trial_params p ON p.trial_id = t.trial_id AND p.param_name = :by
        WHERE t.state = 'COMPLETE' AND v.value IS NOT NULL
        ORDER BY p.param_value, v.value {{order}}, t.number
    ) b
"""

_RUNNING = """
    SELECT t.number, l.epoch, l.owner, p.param_value::integer AS choice,
        i.intermediate_value AS value,
        extract(epoch FROM clock_timestamp() - l.renewed_at)::float8 AS last_sign_s
    FROM arcsweep.leases l
    JOIN trials t ON t.trial_id = l.trial_id
    LEFT JOIN trial_params p ON p.trial_id = t.trial_id AND p.param_name = :by
    LEFT JOIN trial_intermediate_values i ON i.trial_id = t.trial_id AND i.step = l.epoch
    WHERE l.study_id = :study AND t.state = 'RUNNING'
    ORDER BY t.number
"""

# A finished trial's lease keeps the moment at which it ended, by the database's clock.
_NTH_LAST_FINISH = f"""
    SELECT extract(epoch FROM clock_timestamp() - l.renewed_at)::float8
    FROM arcsweep.leases l JOIN {_TRIALS} USING (trial_id)
    WHERE t.state IN ('COMPLETE', 'PRUNED')
    ORDER BY l.renewed_at DESC OFFSET :n LIMIT 1
"""
_FINISHES = f"""
    SELECT :window - extract(epoch FROM clock_timestamp() - l.renewed_at)::float8 AS moment
    FROM arcsweep.leases l JOIN {_TRIALS} USING (trial_id)
    WHERE t.state IN ('COMPLETE', 'PRUNED')
      AND l.renewed_at > clock_timestamp() - make_interval(secs => :window)
    ORDER BY 1
"""
_EPOCHS = """
    SELECT coalesce(sum(epoch * least(1.0, inside_s / greatest(lasted_s, 0.001))), 0)::float8
    FROM (
        SELECT l.epoch,
            extract(epoch FROM l.renewed_at - t.datetime_start AT TIME ZONE 'UTC') AS lasted_s,
            extract(epoch FROM l.renewed_at
                - clock_timestamp() + make_interval(secs => :window)) AS inside_s
        FROM arcsweep.leases l JOIN trials t ON t.trial_id = l.trial_id
        WHERE l.study_id = :study
          AND l.renewed_at > clock_timestamp() - make_interval(secs => :window)
    ) recent
"""


def read_snapshot(engine: Engine, config: Config) -> Snapshot:
    """The study of ``config`` as the database has it now; writes nothing.

    Raises StorageError when the study is not there, and SQLAlchemy's errors when the database
    does not answer.
    """
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        connection.execute(text("SET LOCAL statement_timeout = '20s'"))
        try:
            return _read(connection, config)
        finally:
            connection.rollback()


def _read(connection: Connection, config: Config) -> Snapshot:
    study = _study(connection, config.study.name)
    bound = {"study": study.study_id, "by": config.selection.by}
    rows = connection.execute(text(_OUTCOMES), bound).all()
    outcomes = {
        row.outcome or ("complete" if row.state == "COMPLETE" else "pruned"): int(row.n)
        for row in rows
        if row.state in ("COMPLETE", "PRUNED")
    }
    running, n_waiting = _running(connection, bound, config)
    finishes, pace = _pace(connection, bound, study.run_s)
    n_left = max(0, study.n_trials - sum(outcomes.values()))
    n_at_work = sum(not trial.silent for trial in running)
    return Snapshot(
        study=config.study.name,
        direction=config.study.direction,
        by=config.selection.by,
        at=study.at,
        n_trials=study.n_trials,
        outcomes=outcomes,
        n_complete=outcomes.get("complete", 0),
        n_waiting=n_waiting,
        n_failed=sum(int(row.n) for row in rows if row.state == "FAIL"),
        groups=_groups(connection, bound, config),
        running=running,
        pace=pace,
        time_left=time_left(finishes, pace.window_s, n_left, n_at_work),
        last_sign_s=study.last_sign_s,
        lease_s=config.workers.lease_s,
    )


def _study(connection: Connection, name: str) -> Row[Any]:
    try:
        row = connection.execute(text(_STUDY), {"name": name}).one_or_none()
    except ProgrammingError:  # a database without any study has no such tables yet
        row = None
    if row is None:
        raise StorageError(
            f"study.name {name!r} is not in the database; name the study's own config files with"
            " --config, or create it with `arcsweep study`"
        )
    return row


def _groups(
    connection: Connection, bound: Mapping[str, Any], config: Config
) -> tuple[GroupStanding, ...]:
    order = "DESC" if config.study.direction == "maximize" else "ASC"
    counts = {row.choice: row for row in connection.execute(text(_GROUPS), bound)}
    best = {row.choice: row for row in connection.execute(text(_BEST.format(order=order)), bound)}
    standings = []
    for index, choice in enumerate(group_choices(config.study.space, bound["by"])):
        count, top = counts.get(index), best.get(index)
        standings.append(
            GroupStanding(
                group_name(choice),
                count.n_finished if count else 0,
                count.n_complete if count else 0,
                *((top.value, top.number, top.best_epoch) if top else ()),
            )
        )
    return tuple(standings)


def _running(
    connection: Connection, bound: Mapping[str, Any], config: Config
) -> tuple[tuple[RunningTrial, ...], int]:
    """Trials in hand, and how many wait for a worker."""
    names = [group_name(choice) for choice in group_choices(config.study.space, bound["by"])]
    rows = connection.execute(text(_RUNNING), bound).all()
    held = tuple(
        RunningTrial(
            number=row.number,
            group=None if row.choice is None else names[row.choice],
            epoch=row.epoch,
            value=row.value,
            host=str(row.owner.get("host", "")),
            job=row.owner.get("job"),
            worker=row.owner.get("worker"),
            last_sign_s=row.last_sign_s,
            # Six heartbeats a lease: two may be late.
            silent=row.last_sign_s > config.workers.lease_s / 2,
        )
        for row in rows
        if row.owner is not None
    )
    return held, len(rows) - len(held)


def _pace(
    connection: Connection, bound: Mapping[str, Any], run_s: float
) -> tuple[list[float], Pace]:
    """Moments of finishes since the window began, and the pace over it.

    The window never reaches behind the last silence of all workers: a night without any says
    nothing of how fast they are.
    """
    nth = connection.execute(text(_NTH_LAST_FINISH), {**bound, "n": WINDOW_FINISHES}).scalar()
    window_s = min(run_s, max(WINDOW_S, float(nth) if nth is not None else run_s))
    windowed = {**bound, "window": window_s}
    finishes = [float(moment) for moment in connection.execute(text(_FINISHES), windowed).scalars()]
    n_epochs = connection.execute(text(_EPOCHS), windowed).scalar_one()
    return finishes, Pace(window_s, len(finishes), float(n_epochs))
