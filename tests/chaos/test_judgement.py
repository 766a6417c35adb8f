"""The judge itself: each broken promise is noticed, and only a broken one."""

from pathlib import Path

import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from arcsweep.workers.result import RESULT_KEY
from chaos.epoch_log import Computed
from chaos.judgement import Judgement, judge
from chaos.storm import Struck

KILL = Struck("worker: SIGKILL", at=0.0, mended_at=0.0, ends_owners=True, hit=frozenset({11}))


def finished(number: int, n_epochs: int = 2, x: float | None = None) -> FrozenTrial:
    trial = create_trial(
        state=TrialState.COMPLETE,
        value=float(n_epochs),
        params={"x": number / 8 if x is None else x},
        distributions={"x": FloatDistribution(0.0, 1.0)},
        intermediate_values={epoch: float(epoch) for epoch in range(1, n_epochs + 1)},
        user_attrs={RESULT_KEY: {"epochs_run": n_epochs}},
    )
    trial.number = number
    return trial


def computed(number: int, epoch: int, pid: int = 10) -> Computed:
    return Computed(number, epoch, pid, 0.0, float(epoch))


WHOLE = [computed(number, epoch) for number in (0, 1) for epoch in (1, 2)]


def verdict(
    trials: list[FrozenTrial],
    log: list[Computed] | None = None,
    struck: list[Struck] | None = None,
    logs: list[Path] | None = None,
    expected: dict[int, list[float]] | None = None,
) -> Judgement:
    return judge(2, trials, log or WHOLE, struck or [], logs or [], expected or {})


def test_a_whole_study_breaks_no_promise() -> None:
    found = verdict([finished(0), finished(1)])
    assert found.is_exact
    assert found.lost + found.duplicated + found.wrong + found.unexplained == []


def test_a_computed_trial_that_is_not_in_the_database_is_lost() -> None:
    found = verdict([finished(0)])
    assert not found.is_exact
    assert found.lost == ["trial 1 was computed and is not in the database"]


def test_a_trial_that_still_runs_or_has_failed_is_lost() -> None:
    for state in (TrialState.RUNNING, TrialState.FAIL):
        trial = finished(1)
        trial.state = state
        assert verdict([finished(0), trial]).lost == [f"trial 1 is {state.name}"]


@pytest.mark.parametrize("missing", [1, 2])
def test_a_finished_trial_with_a_missing_report_is_lost(missing: int) -> None:
    trial = finished(1)
    del trial.intermediate_values[missing]
    assert "ran 2 epochs and has reports of" in verdict([finished(0), trial]).lost[0]


def test_a_reported_epoch_that_nobody_computed_is_noticed() -> None:
    assert "computed were [1]" in verdict([finished(0), finished(1)], WHOLE[:-1]).lost[0]


def test_a_value_that_was_not_computed_so_is_wrong() -> None:
    trial = finished(1)
    trial.intermediate_values[1] = 0.5
    assert verdict([finished(0), trial]).wrong == ["trial 1 epoch 1: 0.5, computed [1.0]"]


def test_a_value_that_the_parameters_do_not_give_is_wrong() -> None:
    assert len(verdict([finished(0), finished(1)], expected={1: [1.0, 7.0]}).wrong) == 1


def test_equal_parameters_are_a_duplicate() -> None:
    assert len(verdict([finished(0, x=0.5), finished(1, x=0.5)]).duplicated) == 1


def test_a_trial_that_two_workers_ended_is_a_duplicate(tmp_path: Path) -> None:
    logs = [tmp_path / "worker-1_0.log", tmp_path / "worker-1_1.log"]
    for log in logs:
        log.write_text("12:00:00 trial 1 complete after 2 epochs, best 2.0 at epoch 2 · 2 of 2\n")
    found = verdict([finished(0), finished(1)], logs=logs)
    assert found.duplicated == ["trial 1 was ended 2 times"]


def test_a_repeated_epoch_needs_a_fault_that_hit_one_of_its_workers() -> None:
    again = [*WHOLE, computed(1, 2, pid=11)]
    trials = [finished(0), finished(1)]
    assert verdict(trials, again, [KILL]).repeated == {"worker: SIGKILL": 1}
    assert len(verdict(trials, again).unexplained) == 1
    assert len(verdict(trials, [*WHOLE, computed(1, 2, pid=12)], [KILL]).unexplained) == 1


def test_a_fault_explains_one_epoch_for_each_worker_that_it_hit_and_no_more() -> None:
    again = [*WHOLE, computed(1, 1, pid=11), computed(1, 2, pid=11)]
    found = verdict([finished(0), finished(1)], again, [KILL])
    assert found.n_repeated == 2 and found.repeated.total() == 1
    assert len(found.unexplained) == 1
