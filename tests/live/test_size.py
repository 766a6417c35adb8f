"""A study of 10,000 trials is read without fetching all that is known of it."""

import time
from typing import Any

from sqlalchemy import Engine, event, text

from arcsweep.live.read import read_snapshot
from arcsweep.study.opening import OpenStudy

from .studies import behind_the_guards, toy_config

_STATEMENTS = """
INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete)
    SELECT i, {study}, (CASE WHEN i % 3 = 0 THEN 'COMPLETE' ELSE 'PRUNED' END)::trialstate,
        now() AT TIME ZONE 'UTC' - (10002 - i) * interval '30 s',
        now() AT TIME ZONE 'UTC' - (10000 - i) * interval '30 s'
    FROM generate_series(0, 9999) i;
INSERT INTO arcsweep.leases (trial_id, study_id, token, renewed_at, epoch)
    SELECT trial_id, {study}, number, now() - (10000 - number) * interval '30 s', 8 FROM trials;
INSERT INTO trial_values (trial_id, objective, value, value_type)
    SELECT trial_id, 0, random(), 'FINITE' FROM trials WHERE state = 'COMPLETE';
INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
    SELECT trial_id, CASE p WHEN 0 THEN 'kind' ELSE 'p' || p END, (number + p) % 2, '{{}}'
    FROM trials, generate_series(0, 14) p;
INSERT INTO trial_intermediate_values
        (trial_id, step, intermediate_value, intermediate_value_type)
    SELECT trial_id, e, random(), 'FINITE' FROM trials, generate_series(1, 8) e;
INSERT INTO trial_user_attributes (trial_id, key, value_json)
    SELECT trial_id, 'result', json_build_object(
        'outcome', CASE WHEN state = 'COMPLETE' THEN 'complete' ELSE 'pruned' END,
        'best_epoch', 8, 'metrics', repeat('x', 3000))::text FROM trials;
"""


def test_reading_10_000_trials_fetches_sums_and_not_trials(
    opened: OpenStudy, engine: Engine
) -> None:
    """How fast that is depends on the machine; that it stays small does not."""
    with behind_the_guards(opened.engine) as connection:
        for statement in _STATEMENTS.format(study=opened.study_id).split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
    with opened.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    rows: list[int] = []

    @event.listens_for(engine, "after_cursor_execute")
    def count(connection: Any, cursor: Any, *_: Any) -> None:
        rows.append(cursor.rowcount)

    began = time.perf_counter()
    snapshot = read_snapshot(engine, toy_config(n_trials=12_000))
    print(f"{time.perf_counter() - began:.3f} s, rows of each statement: {rows}")
    assert snapshot.n_finished == 10_000
    assert snapshot.outcomes == {"complete": 3334, "pruned": 6666}
    assert len(rows) < 30 and sum(rows) < 1_000
