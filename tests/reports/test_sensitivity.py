"""Claims of the sensitivity figures, on made-up trials with a planted effect."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from arcsweep.config.space import ParameterConfig
from arcsweep.reports.scores import Resampling
from arcsweep.reports.sensitivity import adjusted_shares, sensitivity

SPACE = TypeAdapter(dict[str, ParameterConfig]).validate_python(
    {
        "kind": {"type": "categorical", "choices": ["a"]},
        "lr": {"type": "float", "low": 0.0, "high": 1.0},
        "depth": {"type": "int", "low": 1, "high": 4},
        "flag": {"type": "categorical", "choices": [True, False]},
        "heat": {"type": "float", "low": 0.0, "high": 1.0, "when": {"flag": True, "kind": "a"}},
    }
)
RESAMPLING = Resampling(0.95, 500, 0)


def trials(n: int, seed: int = 0, **effects: float) -> pd.DataFrame:
    """n trials whose value is the sum of ``effects`` times each parameter plus unit noise."""
    generator = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        "param_kind": "a",
        "param_lr": generator.random(n),
        "param_depth": generator.integers(1, 5, n).astype(float),
        "param_flag": generator.random(n) < 0.5,
    }
    columns["param_heat"] = np.where(columns["param_flag"], generator.random(n), np.nan)
    value = generator.normal(size=n)
    for name, effect in effects.items():
        value += effect * np.nan_to_num(columns[f"param_{name}"].astype(float))
    return pd.DataFrame(
        {
            "number": range(n),
            "state": "COMPLETE",
            "outcome": "complete",
            "value": value,
            "intermediate_values": [json.dumps({"1": v}) for v in value],
        }
        | columns
    )


def test_planted_parameters_rank_in_their_order_and_count() -> None:
    result = sensitivity(
        trials(150, 1, lr=6.0, depth=0.9), SPACE, "maximize", RESAMPLING, by="kind"
    )
    assert [effect.name for effect in result.effects][:2] == ["lr", "depth"]
    assert [effect.name for effect in result.effects if effect.matters] == ["lr", "depth"]
    assert result.effects[1].best.label == "4"


def test_the_interval_is_not_shifted_up_by_resampling() -> None:
    """A resampled trial resembles itself, which by itself adds some 4 points here."""
    shifts = []
    for seed in range(12):
        result = sensitivity(trials(40, seed, lr=2.5), SPACE, "maximize", RESAMPLING)
        lr = next(effect for effect in result.effects if effect.name == "lr")
        assert lr.share.low <= lr.share.estimate <= lr.share.high
        shifts.append((lr.share.low + lr.share.high) / 2 - lr.share.estimate)
    assert abs(np.mean(shifts)) < 0.02


def test_nothing_counts_where_nothing_was_planted() -> None:
    """The verdicts of all parameters together err in about 5 % of studies."""
    wrong = sum(
        any(e.matters for e in sensitivity(trials(60, s), SPACE, "maximize", RESAMPLING).effects)
        for s in range(40)
    )
    assert wrong <= 6


def test_with_few_trials_it_says_so_and_shows_nothing() -> None:
    result = sensitivity(trials(19, lr=9.0), SPACE, "maximize", RESAMPLING)
    assert (result.enough, result.n_trials, result.effects) == (False, 19, ())


def test_a_conditional_parameter_is_judged_among_the_trials_that_had_it() -> None:
    table = trials(120, heat=6.0)
    result = sensitivity(table, SPACE, "maximize", RESAMPLING, by="kind")
    heat = next(effect for effect in result.effects if effect.name == "heat")
    assert heat.share.n_tasks == table["param_flag"].sum()
    assert heat.condition == "flag = true"
    assert heat.matters


def test_a_parameter_active_in_too_few_trials_is_left_out() -> None:
    table = trials(60)
    table.loc[table.index[19:], "param_heat"] = np.nan
    names = [e.name for e in sensitivity(table, SPACE, "maximize", RESAMPLING).effects]
    assert "heat" not in names
    assert "lr" in names


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_the_best_level_follows_the_direction(direction: str) -> None:
    result = sensitivity(trials(100, depth=2.0), SPACE, direction, RESAMPLING)
    depth = next(effect for effect in result.effects if effect.name == "depth")
    assert depth.best.label == ("4" if direction == "maximize" else "1")


def test_share_of_a_known_table() -> None:
    """Two levels of two trials, 0 0 | 1 1 explain all; 0 1 | 0 1 less than chance."""
    members = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=float)
    ranks = np.array([[0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1]], dtype=float)
    assert adjusted_shares(ranks, members, np.ones((1, 4))).tolist() == pytest.approx([1, -0.5, 0])
