"""What the database refuses by itself, whoever asks."""

import time

import optuna
import pytest
from optuna.trial import TrialState
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from arcsweep.storage import faults, guards
from arcsweep.storage.leases import Claim, Leases, Standing
from arcsweep.storage.location import Database
from arcsweep.storage.optuna_storage import WriterIdentity, fenced_storage
from arcsweep.storage.owner import describe_self


class Side:
    """One worker's connections to the study, without the worker."""

    def __init__(self, url: str, n_trials: int, lease_s: float = 60.0, **owner: object) -> None:
        self.identity = WriterIdentity({**describe_self(), **owner})
        self.storage = fenced_storage(url, {}, self.identity)
        guards.install(self.storage.engine)
        self.study = optuna.create_study(study_name="s", storage=self.storage, load_if_exists=True)
        self.study_id = self.study._study_id
        guards.register(self.storage.engine, self.study_id, n_trials, {})
        self.leases = Leases(self.storage.engine, self.study_id, lease_s, self.identity.described)

    def claim(self) -> Claim:
        claim = self.leases.claim()
        assert isinstance(claim, Claim)
        self.identity.token = claim.token
        return claim

    def create(self) -> int:
        self.claim()
        return self.study._storage.create_new_trial(self.study_id)


def test_a_trial_beyond_the_budget_is_refused_by_the_database(database: Database) -> None:
    side = Side(database.url(), 2)
    first = side.create()
    side.create()
    with pytest.raises(IntegrityError) as refused:
        side.identity.token = 999
        side.study._storage.create_new_trial(side.study_id)
    assert faults.is_budget_spent(refused.value)
    assert isinstance(side.leases.claim(), Standing)
    assert len(side.study.get_trials()) == 2 and first


def test_a_failed_trial_gives_its_place_back(database: Database) -> None:
    side = Side(database.url(), 1)
    trial_id = side.create()
    side.study._storage.set_trial_state_values(trial_id, TrialState.FAIL)
    assert side.claim().trial_id is None


def test_a_program_that_is_no_worker_cannot_add_trials(database: Database) -> None:
    Side(database.url(), 5)
    stranger = optuna.load_study(study_name="s", storage=fenced_storage(database.url(), {}))
    with pytest.raises(optuna.exceptions.StorageInternalError) as refused:
        stranger.ask()
    assert faults.is_not_owner(refused.value)


def test_no_write_of_a_former_owner_lands(database: Database) -> None:
    former, present = (Side(database.url(), 1) for _ in range(2))
    trial_id = former.create()
    former.leases.release(former.identity.token or 0)
    taken = present.claim()
    assert taken.trial_id == trial_id
    storage = former.study._storage
    writes = [
        lambda: storage.set_trial_intermediate_value(trial_id, 1, 0.5),
        lambda: storage.set_trial_user_attr(trial_id, "a", 1),
        lambda: storage.set_trial_system_attr(trial_id, "a", 1),
        lambda: storage.set_trial_param(
            trial_id, "x", 0.5, optuna.distributions.FloatDistribution(0, 1)
        ),
        lambda: storage.set_trial_state_values(trial_id, TrialState.COMPLETE, [0.5]),
    ]
    for write in writes:
        with pytest.raises(optuna.exceptions.StorageInternalError) as refused:
            write()
        assert faults.is_not_owner(refused.value)
    trial = present.study._storage.get_trial(trial_id)
    assert trial.state == TrialState.RUNNING
    assert not trial.params and not trial.user_attrs and not trial.intermediate_values
    present.study._storage.set_trial_state_values(trial_id, TrialState.COMPLETE, [0.5])


def test_a_lease_runs_out_on_the_databases_clock(database: Database) -> None:
    elsewhere = {"host": "another"}
    former = Side(database.url(), 1, lease_s=1.0, **elsewhere)
    present = Side(database.url(), 1, lease_s=1.0)
    trial_id = former.create()
    time.sleep(1.1)  # a lease outlives the server's start, too
    age_lease(former, trial_id, "10 seconds")
    assert present.claim().trial_id == trial_id
    assert not former.leases.renew(former.identity.token or 0)


def test_leases_start_anew_after_a_silence_of_all_workers(database: Database) -> None:
    former = Side(database.url(), 1, host="another")
    present = Side(database.url(), 1)
    trial_id = former.create()
    age_lease(former, trial_id, "10 minutes")
    with former.storage.engine.begin() as connection:
        connection.execute(
            text("UPDATE arcsweep.sweeps SET last_sign = now() - interval '10 minutes'")
        )
    assert isinstance(present.leases.claim(), Standing)
    assert former.leases.renew(former.identity.token or 0)


def test_a_dead_process_of_this_host_is_succeeded_at_once(database: Database) -> None:
    former = Side(database.url(), 1, pid=2**22 - 1)  # above any pid in use
    present = Side(database.url(), 1)
    trial_id = former.create()
    assert present.claim().trial_id == trial_id


def test_a_live_process_of_this_host_keeps_its_trial(database: Database) -> None:
    former, present = (Side(database.url(), 1) for _ in range(2))
    former.create()
    standing = present.leases.claim()
    assert isinstance(standing, Standing)
    assert (standing.finished, standing.held, standing.is_covered) == (0, 1, True)


def test_a_silent_owner_does_not_count_as_live(database: Database) -> None:
    former = Side(database.url(), 1, host="another")
    present = Side(database.url(), 1)
    trial_id = former.create()
    age_lease(former, trial_id, "40 seconds")
    standing = present.leases.claim()
    assert isinstance(standing, Standing) and not standing.is_covered


def test_installing_the_guards_twice_changes_nothing(database: Database) -> None:
    side = Side(database.url(), 2)
    side.create()
    guards.install(side.storage.engine)
    guards.register(side.storage.engine, side.study_id, 99, {"other": "1"})
    sweep = guards.read(side.storage.engine, side.study_id)
    assert (sweep.n_trials, sweep.spent, dict(sweep.fingerprint)) == (2, 1, {})


def age_lease(side: Side, trial_id: int, age: str) -> None:
    """Set the trial's last renewal back, with no outage on record since."""
    with side.storage.engine.begin() as connection:
        connection.execute(
            text(
                f"UPDATE arcsweep.leases SET renewed_at = now() - interval '{age}'"
                " WHERE trial_id = :trial"
            ),
            {"trial": trial_id},
        )
        connection.execute(
            text(
                "UPDATE arcsweep.sweeps"
                " SET resumed_at = now() - interval '1 hour', last_sign = now()"
            )
        )


def set_clock_back(side: Side, span: str = "3 hours") -> None:
    """Leave the study as if the database's clock had been set back by ``span`` just now."""
    with side.storage.engine.begin() as connection:
        for table, column in (("leases", "renewed_at"), ("sweeps", "last_sign")):
            connection.execute(text(f"UPDATE arcsweep.{table} SET {column} = now() + '{span}'"))
        connection.execute(text(f"UPDATE arcsweep.sweeps SET resumed_at = now() + '{span}'"))


def test_a_clock_set_back_prolongs_a_dead_owners_lease_by_one_lease_at_most(
    database: Database,
) -> None:
    former = Side(database.url(), 1, lease_s=1.0, host="another")
    present = Side(database.url(), 1, lease_s=1.0)
    trial_id = former.create()
    set_clock_back(former)
    standing = present.leases.claim()
    assert isinstance(standing, Standing) and not standing.is_covered, "not dead yet, nor alive"
    deadline = time.monotonic() + 10
    while not isinstance(claim := present.leases.claim(), Claim):
        assert time.monotonic() < deadline
        time.sleep(0.1)  # as a worker that waits does
    assert claim.trial_id == trial_id


def test_a_live_owner_keeps_its_trial_when_the_clock_is_set_back(database: Database) -> None:
    former = Side(database.url(), 1, host="another")
    present = Side(database.url(), 1)
    former.create()
    set_clock_back(former)
    assert isinstance(present.leases.claim(), Standing)
    assert former.leases.renew(former.identity.token or 0)
    standing = present.leases.claim()
    assert isinstance(standing, Standing) and standing.is_covered


def test_guards_of_an_earlier_version_are_brought_up_to_date(database: Database) -> None:
    side = Side(database.url(), 2)
    side.create()
    with side.storage.engine.begin() as connection:
        for statement in (
            "COMMENT ON SCHEMA arcsweep IS NULL",
            "ALTER TABLE arcsweep.sweeps DROP COLUMN warm_start, DROP COLUMN warm_start_from",
            "DROP TABLE arcsweep.copies",
            "CREATE TABLE arcsweep.copies (trial_id integer PRIMARY KEY, study_id integer)",
        ):
            connection.execute(text(statement))
    guards.bring_up_to_date(side.storage.engine)
    assert guards.copies(side.storage.engine, side.study_id) == []
    assert guards.read(side.storage.engine, side.study_id).spent == 1
