"""Conditions are followed through to every ancestor."""

import pytest
from pydantic import TypeAdapter

from arcsweep.config.conditions import constraints, contains, dependency_order, same
from arcsweep.config.space import ParameterConfig

SPACE = TypeAdapter(dict[str, ParameterConfig]).validate_python(
    {
        "c": {"type": "float", "low": 0.0, "high": 1.0, "when": {"b": [2, 3]}},
        "b": {"type": "int", "low": 1, "high": 5, "when": {"a": True}},
        "a": {"type": "categorical", "choices": [True, False]},
    }
)


def test_parents_stand_before_their_children() -> None:
    assert dependency_order(SPACE) == ["a", "b", "c"]


def test_a_condition_includes_those_of_its_parent() -> None:
    assert constraints(SPACE) == {"a": {}, "b": {"a": (True,)}, "c": {"b": (2, 3), "a": (True,)}}


def test_a_cycle_is_named() -> None:
    circle = TypeAdapter(dict[str, ParameterConfig]).validate_python(
        {
            name: {"type": "categorical", "choices": [1], "when": {parent: 1}}
            for name, parent in {"x": "y", "y": "z", "z": "x"}.items()
        }
    )
    with pytest.raises(ValueError, match="x → y → z → x"):
        dependency_order(circle)


def test_one_is_not_true() -> None:
    assert same(4, 4.0)
    assert not same(1, True)
    assert not contains((True, False), 1)
    assert not contains(range(3), True)
    assert not contains(range(1, 6, 2), 4)
