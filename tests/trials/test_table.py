import datetime
import json

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState, create_trial

from arcsweep.errors import StudyMismatchError
from arcsweep.trials.table import refuse_inexact, trials_table

X = {"x": optuna.distributions.FloatDistribution(0, 1)}


def trial(number: int, state: TrialState, **result: object) -> FrozenTrial:
    made = create_trial(
        state=state,
        value=0.5 if state == TrialState.COMPLETE else None,
        params={"x": 0.25},
        distributions=X,
        intermediate_values={1: 0.4, 2: 0.5},
        user_attrs={"result": result} if result else {},
    )
    made.number = number
    made.datetime_start = datetime.datetime(2026, 1, 1, 12)
    return made


def test_one_row_a_trial_in_order_and_nothing_left_out() -> None:
    trials = [
        trial(2, TrialState.RUNNING),
        trial(0, TrialState.COMPLETE, outcome="complete", best_epoch=2, metrics={"accuracy": 0.5}),
        trial(1, TrialState.PRUNED, outcome="diverged", reason="loss", best_epoch=1),
        trial(3, TrialState.FAIL, outcome="failed", reason="Traceback"),
    ]
    table = trials_table(trials, ["x", "y"], {1: 2})
    assert list(table["number"]) == [0, 1, 2, 3]
    assert list(table["outcome"]) == ["complete", "diverged", "running", "failed"]
    assert list(table["n_takeovers"]) == [0, 2, 0, 0]
    assert table["param_y"].isna().all()
    assert table.loc[1, "value"] == 0.4, "a pruned trial shows its best epoch"


def test_metrics_become_columns_and_what_is_no_scalar_json() -> None:
    metrics = {"accuracy": 0.5, "confusion": [[1, 2], [3, 4]]}
    table = trials_table([trial(0, TrialState.COMPLETE, metrics=metrics)], ["x"], {})
    assert table.loc[0, "metric_accuracy"] == 0.5
    assert json.loads(table.loc[0, "metric_confusion"]) == [[1, 2], [3, 4]]
    assert json.loads(table.loc[0, "intermediate_values"]) == {"1": 0.4, "2": 0.5}


def test_only_the_exact_budget_passes() -> None:
    table = trials_table(
        [trial(0, TrialState.COMPLETE, outcome="complete"), trial(1, TrialState.FAIL)], ["x"], {}
    )
    refuse_inexact(table, 1, "remedy")
    for n_trials in (0, 2):
        with pytest.raises(StudyMismatchError, match=f"n_trials is {n_trials}; remedy"):
            refuse_inexact(table, n_trials, "remedy")
