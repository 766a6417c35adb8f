"""Claims of the selection."""

from typing import Any

import pandas as pd
import pytest
from pydantic import TypeAdapter

from arcsweep.config.space import ParameterConfig
from arcsweep.errors import ConfigError
from arcsweep.selection.selection import select

SPACE = TypeAdapter(dict[str, ParameterConfig]).validate_python(
    {
        "encoder_type": {"type": "categorical", "choices": ["cnn", "context"]},
        "lr": {"type": "float", "low": 1e-5, "high": 1e-2, "log": True},
        "use_cosine": {"type": "categorical", "choices": [True, False]},
        "batch_size": {"type": "categorical", "choices": [8, 16]},
        "depth": {"type": "int", "low": 2, "high": 6, "when": {"encoder_type": "cnn"}},
    }
)


def table(rows: list[tuple[str, str, float | None]]) -> pd.DataFrame:
    """Trials of (encoder, state, value), numbered from 0."""
    return pd.DataFrame(
        {
            "number": range(len(rows)),
            "state": [state for _, state, _ in rows],
            "value": [value for _, _, value in rows],
            "param_encoder_type": [encoder for encoder, _, _ in rows],
            "param_lr": 1e-3,
            "param_use_cosine": [True] * len(rows),
            "param_batch_size": [16] * len(rows),
            "param_depth": [3 if encoder == "cnn" else None for encoder, _, _ in rows],
        }
    )


def chosen(record: dict[str, Any], group: str) -> list[int]:
    return [trial["number"] for trial in record["groups"][group]["trials"]]


def test_best_complete_trials_of_each_group_are_taken_in_order() -> None:
    trials = table(
        [("cnn", "COMPLETE", 0.1), ("context", "COMPLETE", 0.5), ("cnn", "COMPLETE", 0.3),
         ("cnn", "COMPLETE", 0.2), ("context", "COMPLETE", 0.6)]
    )  # fmt: skip
    record = select(trials, "encoder_type", 2, "maximize", space=SPACE, study="s")
    assert chosen(record, "cnn") == [2, 3]
    assert chosen(record, "context") == [4, 1]
    assert record["groups"]["cnn"]["note"] == ""
    assert [t["rank"] for t in record["groups"]["cnn"]["trials"]] == [1, 2]
    assert (record["study"], record["by"], record["top_k"]) == ("s", "encoder_type", 2)


def test_direction_minimize_takes_the_lowest() -> None:
    trials = table([("cnn", "COMPLETE", 0.3), ("cnn", "COMPLETE", 0.1)])
    assert chosen(select(trials, "encoder_type", 1, "minimize", space=SPACE), "cnn") == [1]


@pytest.mark.parametrize("state", ["PRUNED", "FAIL", "RUNNING"])
def test_places_are_never_filled_with_trials_that_did_not_complete(state: str) -> None:
    trials = table([("cnn", "COMPLETE", 0.1), ("cnn", state, 0.9), ("context", state, 0.9)])
    record = select(trials, "encoder_type", 3, "maximize", space=SPACE)
    assert chosen(record, "cnn") == [0]
    assert record["groups"]["cnn"] | {"trials": []} == {
        "requested": 3, "taken": 1, "note": "only 1 COMPLETE trial", "trials": [],
    }  # fmt: skip
    assert record["groups"]["context"]["note"] == "no COMPLETE trial"
    assert chosen(record, "context") == []


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_equal_values_go_to_the_lower_number_whatever_the_row_order(direction: str) -> None:
    trials = table([("cnn", "COMPLETE", 0.25)] * 4).iloc[::-1]
    assert chosen(select(trials, "encoder_type", 3, direction, space=SPACE), "cnn") == [0, 1, 2]


def test_params_have_the_types_of_the_space_and_inactive_ones_are_absent() -> None:
    trials = table([("cnn", "COMPLETE", 0.1), ("context", "COMPLETE", 0.2)])
    record = select(trials, "encoder_type", 1, "maximize", space=SPACE)
    params = record["groups"]["cnn"]["trials"][0]["params"]
    assert params == {"encoder_type": "cnn", "lr": 1e-3, "use_cosine": True, "batch_size": 16,
                      "depth": 3}  # fmt: skip
    assert [type(v) for v in params.values()] == [str, float, bool, int, int]
    assert "depth" not in record["groups"]["context"]["trials"][0]["params"]


def test_params_are_the_effective_ones() -> None:
    trials = table([("cnn", "COMPLETE", 0.1)])
    record = select(
        trials, "encoder_type", 1, "maximize", space=SPACE,
        effective=lambda params: {**params, "lr": 0.0},
    )  # fmt: skip
    assert record["groups"]["cnn"]["trials"][0]["params"]["lr"] == 0.0


def test_groups_may_be_the_choices_of_any_categorical_parameter() -> None:
    trials = table([("cnn", "COMPLETE", 0.1)])
    record = select(trials, "use_cosine", 1, "maximize", space=SPACE)
    assert {name: group["taken"] for name, group in record["groups"].items()} == {
        "true": 1, "false": 0,
    }  # fmt: skip


@pytest.mark.parametrize("by", ["lr", "no_such"])
def test_a_group_parameter_that_is_not_categorical_is_refused(by: str) -> None:
    with pytest.raises(ConfigError, match=rf"selection\.by.*'{by}'.*encoder_type"):
        select(table([("cnn", "COMPLETE", 0.1)]), by, 1, "maximize", space=SPACE)
