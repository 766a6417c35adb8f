"""Claims of how trials stand against each other."""

import json

import numpy as np
import pandas as pd
import pytest

from arcsweep.reports.reached import best_reached, standings


def table(*rows: tuple[str, list[float]]) -> pd.DataFrame:
    """Trials of (outcome, values by epoch)."""
    return pd.DataFrame(
        {
            "number": range(len(rows)),
            "state": ["COMPLETE" if outcome == "complete" else "PRUNED" for outcome, _ in rows],
            "outcome": [outcome for outcome, _ in rows],
            "value": [max(values) if values else np.nan for _, values in rows],
            "intermediate_values": [
                json.dumps({str(e): v for e, v in enumerate(values, start=1)}) for _, values in rows
            ],
        }
    )


def test_best_reached_is_of_any_epoch_in_the_studys_direction() -> None:
    trials = table(("complete", [0.1, 0.3, 0.2]), ("diverged", []))
    assert best_reached(trials, "maximize").tolist() == pytest.approx([0.3, np.nan], nan_ok=True)
    assert best_reached(trials, "minimize").iloc[0] == 0.1


def test_epochs_are_ordered_as_numbers() -> None:
    trials = table(("complete", [0.0] * 9 + [0.5]), ("pruned", [0.1, 0.1]))
    assert standings(trials, "maximize").tolist() == [0.0, 1.0]


def test_a_trial_stopped_early_is_compared_at_its_own_last_epoch() -> None:
    promising = ("pruned", [0.2, 0.3])
    slow = ("complete", [0.1, 0.2, 0.4, 0.6])
    assert standings(table(promising, slow), "maximize").tolist() == [1.0, 0.0]


def test_the_best_of_a_complete_trial_stands_for_later_epochs() -> None:
    ended_by_itself = ("complete", [0.5, 0.4])
    longer = ("complete", [0.1, 0.2, 0.6])
    assert standings(table(ended_by_itself, longer), "maximize").tolist() == [0.0, 1.0]


def test_diverged_trials_lose_and_equals_share() -> None:
    trials = table(("diverged", [0.9]), ("complete", [0.2]), ("pruned", [0.2]), ("diverged", []))
    assert standings(trials, "maximize").tolist() == pytest.approx([0.5 / 3, 2.5 / 3, 2.5 / 3,
                                                                    0.5 / 3])  # fmt: skip


@pytest.mark.parametrize("outcome", ["out_of_memory", "stuck", "failed", "running"])
def test_trials_that_say_nothing_of_the_parameters_are_left_out(outcome: str) -> None:
    trials = table((outcome, [0.9]), ("complete", [0.2]), ("complete", [0.1]))
    assert standings(trials, "maximize").to_dict() == {1: 1.0, 2: 0.0}


def test_direction_minimize_turns_the_order_round() -> None:
    trials = table(("complete", [0.2]), ("complete", [0.1]))
    assert standings(trials, "minimize").tolist() == [0.0, 1.0]


def test_no_trials_is_no_standing() -> None:
    assert standings(table(("complete", [0.1])).iloc[:0], "maximize").empty
