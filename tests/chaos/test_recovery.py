"""When a sweep counts as whole again."""

from chaos.observer import Holding, Snapshot
from chaos.recovery import trials_back_s, workers_back_s
from chaos.storm import Struck

N_TRIALS = 10


def held(token: int, epoch: int, pid: int = 1) -> Holding:
    return Holding(token, epoch, "n1", pid)


def at(second: float, *, finished: int = 0, **running: Holding) -> Snapshot:
    numbered = {int(name.removeprefix("t")): holding for name, holding in running.items()}
    return Snapshot(second, numbered, {"RUNNING": len(numbered), "COMPLETE": finished})


def killed(mended_at: float = 1.0) -> Struck:
    return Struck("worker: SIGKILL", 1.0, mended_at, True, frozenset({1}), {0: held(5, 2)})


def paused(mended_at: float) -> Struck:
    return Struck("database stopped", 1.0, mended_at, False, frozenset(), {0: held(5, 2)})


def test_a_trial_is_back_with_the_next_owners_first_epoch() -> None:
    seen = [at(0, t0=held(5, 2)), at(2, t0=held(5, 3)), at(3, t0=held(6, 3)), at(7, t0=held(6, 4))]
    assert trials_back_s(killed(), seen) == 6.0


def test_an_epoch_of_the_owner_that_dies_is_no_recovery() -> None:
    seen = [at(0, t0=held(5, 2)), at(2, t0=held(5, 2)), at(3, t0=held(5, 3))]
    assert trials_back_s(killed(), seen) is None


def test_a_finished_trial_is_back() -> None:
    assert trials_back_s(killed(), [at(0, t0=held(5, 2)), at(4, finished=1)]) == 3.0


def test_after_an_outage_the_same_owner_may_go_on_once_it_is_mended() -> None:
    epochs = {0: 2, 2: 2, 4: 3, 6: 3, 8: 4}
    seen = [at(second, t0=held(5, epoch)) for second, epoch in epochs.items()]
    assert trials_back_s(paused(mended_at=5.0), seen) == 7.0


def test_a_dead_owner_that_the_database_still_shows_is_no_worker() -> None:
    seen = [at(0, t0=held(5, 2)), at(3, t0=held(5, 2)), at(9, t0=held(6, 2, pid=2))]
    assert workers_back_s(killed(), seen, N_TRIALS) == 8.0


def test_towards_the_end_as_many_workers_suffice_as_trials_are_left() -> None:
    seen = [at(0, t0=held(5, 2), t1=held(4, 1, pid=2)), at(3, t1=held(4, 1, pid=2), finished=9)]
    assert workers_back_s(killed(), seen, N_TRIALS) == 2.0
