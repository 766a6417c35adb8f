"""A snapshot says what the database holds, and writes nothing into it."""

import json

import pytest
from sqlalchemy import Engine, text

from arcsweep.errors import StorageError
from arcsweep.live.read import read_snapshot
from arcsweep.study.opening import OpenStudy

from .studies import behind_the_guards, finish, toy_config


def add_running(
    opened: OpenStudy,
    number: int,
    *,
    owner: dict[str, object] | None,
    sign_s: float,
    epoch: int = 0,
) -> None:
    with behind_the_guards(opened.engine) as connection:
        trial_id = connection.execute(
            text(
                "INSERT INTO trials (number, study_id, state, datetime_start) VALUES"
                " (:n, :study, 'RUNNING', now() AT TIME ZONE 'UTC') RETURNING trial_id"
            ),
            {"n": number, "study": opened.study_id},
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO arcsweep.leases (trial_id, study_id, token, owner, renewed_at, epoch)"
                " VALUES (:trial, :study, 1, CAST(:owner AS jsonb),"
                " now() - make_interval(secs => :sign), :epoch)"
            ),
            {
                "trial": trial_id,
                "study": opened.study_id,
                "owner": json.dumps(owner) if owner else None,
                "sign": sign_s,
                "epoch": epoch,
            },
        )
        connection.execute(
            text(
                "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value,"
                " intermediate_value_type) SELECT :trial, :epoch, 0.25, 'FINITE' WHERE :epoch > 0"
            ),
            {"trial": trial_id, "epoch": epoch},
        )


def test_trials_are_counted_by_outcome_and_failures_cost_nothing(
    opened: OpenStudy, engine: Engine
) -> None:
    outcomes = ["complete", "complete", "pruned", "diverged", "failed"]
    with behind_the_guards(opened.engine) as connection:
        for number, outcome in enumerate(outcomes):
            finish(connection, opened.study_id, number, ago_s=60, outcome=outcome)
    snapshot = read_snapshot(engine, toy_config())
    assert snapshot.outcomes == {"complete": 2, "pruned": 1, "diverged": 1}
    assert (snapshot.n_finished, snapshot.n_failed, snapshot.n_not_begun) == (4, 1, 8)


@pytest.mark.parametrize(("direction", "best"), [("maximize", 2), ("minimize", 1)])
def test_the_best_of_each_group_is_its_best_complete_trial(
    opened: OpenStudy, engine: Engine, direction: str, best: int
) -> None:
    with behind_the_guards(opened.engine) as connection:
        for number, value in ((1, 0.1), (2, 0.3), (3, 0.2)):
            finish(connection, opened.study_id, number, ago_s=60, choice=1, value=value)
        finish(connection, opened.study_id, 4, ago_s=60, choice=1, value=9.0, outcome="pruned")
    config = toy_config()
    study = config.study.model_copy(update={"direction": direction})
    snapshot = read_snapshot(engine, config.model_copy(update={"study": study}))
    a, b = snapshot.groups
    assert (a.name, a.best_trial, a.n_finished) == ("a", None, 0)
    assert (b.name, b.best_trial, b.best_epoch) == ("b", best, 4)
    assert (b.n_complete, b.n_finished) == (3, 4)


def test_who_works_on_what_and_who_went_silent(opened: OpenStudy, engine: Engine) -> None:
    add_running(opened, 0, owner={"host": "n1", "job": "17_3", "worker": 3}, sign_s=5, epoch=4)
    add_running(opened, 1, owner={"host": "n2", "job": None, "worker": 1}, sign_s=45)
    add_running(opened, 2, owner=None, sign_s=45)
    snapshot = read_snapshot(engine, toy_config())
    first, second = snapshot.running
    assert (first.host, first.job, first.epoch, first.value) == ("n1", "17_3", 4, 0.25)
    assert not first.silent and 5 <= first.last_sign_s < 30
    assert second.silent, "a lease is 60 s, a heartbeat comes every 10"
    assert (snapshot.n_at_work, snapshot.n_waiting, snapshot.n_not_begun) == (1, 1, 9)


def test_the_pace_is_of_the_last_hour_and_of_this_run_only(
    opened: OpenStudy, engine: Engine
) -> None:
    with behind_the_guards(opened.engine) as connection:
        for number in range(30):
            finish(connection, opened.study_id, number, ago_s=100 * number + 10, epochs=6)
        # Half of this one's 20 epochs fell into the hour.
        finish(connection, opened.study_id, 30, ago_s=3500, lasted_s=200, epochs=20)
    pace = read_snapshot(engine, toy_config(n_trials=100)).pace
    assert pace.window_s == 3600 and pace.n_finished == 31
    assert pace.n_epochs == pytest.approx(30 * 6 + 10, abs=1)
    with opened.engine.begin() as connection:
        connection.execute(
            text("UPDATE arcsweep.sweeps SET resumed_at = now() - interval '1000 seconds'")
        )
    resumed = read_snapshot(engine, toy_config(n_trials=100)).pace
    assert resumed.window_s == pytest.approx(1000, abs=20)
    assert resumed.n_finished == 10


def test_a_window_with_little_in_it_grows(opened: OpenStudy, engine: Engine) -> None:
    with behind_the_guards(opened.engine) as connection:
        for number in range(6):
            finish(connection, opened.study_id, number, ago_s=1100 * number + 10)
    assert read_snapshot(engine, toy_config()).pace.n_finished == 6


def test_reading_writes_nothing(opened: OpenStudy, engine: Engine) -> None:
    def written() -> object:
        with opened.engine.connect() as connection:
            return connection.execute(
                text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")
            ).scalar_one()

    before = written()
    read_snapshot(engine, toy_config())
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    assert written() == before


def test_a_study_that_is_not_there_is_named_with_the_remedy(engine: Engine) -> None:
    with pytest.raises(StorageError, match=r"'toy' is not in the database.*--config"):
        read_snapshot(engine, toy_config())
