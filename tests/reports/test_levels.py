"""Claims of how a parameter's values are grouped."""

from typing import Any

import numpy as np
from pydantic import TypeAdapter

from arcsweep.config.space import ParameterConfig
from arcsweep.reports.levels import levels_of

PARAMETER = TypeAdapter(ParameterConfig)


def parameter(**settings: Any) -> ParameterConfig:
    return PARAMETER.validate_python(settings)


def test_choices_keep_the_configs_order_and_absent_ones_are_dropped() -> None:
    kind = parameter(type="categorical", choices=[64, 8, 16])
    levels = levels_of([16, 64, 16], kind)
    assert levels.labels == ("64", "16")
    assert levels.index.tolist() == [1, 0, 1]


def test_few_whole_numbers_get_a_level_each() -> None:
    levels = levels_of([3, 2, 3], parameter(type="int", low=2, high=6))
    assert levels.labels == ("2", "3")
    assert levels.index.tolist() == [1, 0, 1]


def test_real_numbers_fall_into_ranges_of_equal_counts() -> None:
    values = np.random.default_rng(0).random(80).tolist()
    levels = levels_of(values, parameter(type="float", low=0, high=1))
    assert np.bincount(levels.index).tolist() == [20, 20, 20, 20]
    assert all(" to " in label for label in levels.labels)


def test_equal_values_never_fall_into_different_ranges() -> None:
    values = [0.0] * 30 + [0.5] * 5
    levels = levels_of(values, parameter(type="float", low=0, high=1))
    assert len({i for i, v in zip(levels.index, values, strict=True) if v == 0.0}) == 1
    assert len(levels.labels) == 2
