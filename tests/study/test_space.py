"""The space samples what it describes, and counts what it samples."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from pydantic import TypeAdapter

from arcsweep.config.load import load_config
from arcsweep.config.space import ParameterConfig
from arcsweep.study.space import Space

ROOT = Path(__file__).parents[2]
CNN = {"demo_agg", "width_mult", "depth", "mlp_hidden", "use_coords"}
CONTEXT = {"ctx_d_model", "ctx_n_head", "ctx_pixel_layers", "ctx_grid_layers", "ctx_dropout"}


def _space(parameters: dict[str, Any]) -> Space:
    return Space(TypeAdapter(dict[str, ParameterConfig]).validate_python(parameters))


@pytest.fixture(scope="module")
def space() -> Space:
    return Space(load_config([ROOT / "config.yaml"]).study.space)


@pytest.fixture(scope="module")
def samples(space: Space) -> list[dict[str, Any]]:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [space.suggest(study.ask()) for _ in range(300)]


def test_discrete_combinations_of_the_specified_space(space: Space) -> None:
    assert space.n_discrete("encoder_type") == {"cnn": 6_400, "context": 14_400}


def test_samples_hold_exactly_the_active_parameters(
    space: Space, samples: list[dict[str, Any]]
) -> None:
    shared = set(space.parameters) - CNN - CONTEXT - {"temperature"}
    for params in samples:
        expected = shared | (CNN if params["encoder_type"] == "cnn" else CONTEXT)
        if params["use_cosine"]:
            expected |= {"temperature"}
        assert set(params) == expected == set(space.active(params))
        assert space.is_complete(params)


def test_samples_lie_in_their_ranges(samples: list[dict[str, Any]]) -> None:
    for params in samples:
        assert 5e-5 <= params["lr"] <= 1e-2
        assert params.get("depth", 2) in range(2, 7)
        assert params["use_cosine"] is True or params["use_cosine"] is False


def test_a_half_sampled_trial_is_incomplete_and_can_be_completed(
    space: Space, samples: list[dict[str, Any]]
) -> None:
    for params in samples[:20]:
        for name in params:
            assert not space.is_complete({k: v for k, v in params.items() if k != name})
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    trial = study.ask()
    encoder = trial.suggest_categorical("encoder_type", ["cnn", "context"])
    lr = trial.suggest_float("lr", 5e-5, 1e-2, log=True)
    completed = space.suggest(trial)
    assert (completed["encoder_type"], completed["lr"]) == (encoder, lr)
    assert space.is_complete(completed)


def test_value_of_an_inactive_parent_decides_nothing() -> None:
    chain = _space(
        {
            "a": {"type": "categorical", "choices": [True, False]},
            "b": {"type": "categorical", "choices": [1, 2], "when": {"a": True}},
            "c": {"type": "int", "low": 0, "high": 9, "when": {"b": 2}},
        }
    )
    assert chain.active({"a": True, "b": 2}) == ("a", "b", "c")
    assert chain.active({"a": False, "b": 2}) == ("a",)
    assert chain.is_complete({"a": False})


def test_small_weight_decay_becomes_exactly_zero(
    space: Space, samples: list[dict[str, Any]]
) -> None:
    zeros = 0
    for params in samples:
        effective = space.effective(params)
        assert set(effective) == set(params)
        if params["weight_decay"] < 1e-5:
            zeros += 1
            assert effective.pop("weight_decay") == 0.0
            assert effective == {k: v for k, v in params.items() if k != "weight_decay"}
        else:
            assert effective == params
    assert zeros == pytest.approx(60, abs=25)  # a fifth of the logarithmic range


def test_effective_values_have_the_declared_types(space: Space) -> None:
    read_from_a_table = {"depth": 4.0, "batch_size": 16.0, "lr": 1, "use_cosine": True, "other": 1}
    effective = space.effective(read_from_a_table)
    assert [(type(v), v) for v in effective.values()] == [
        (int, 4),
        (int, 16),
        (float, 1.0),
        (bool, True),
        (int, 1),
    ]


def test_distributions_are_optunas(space: Space) -> None:
    distributions = space.distributions()
    assert set(distributions) == set(space.parameters)
    assert distributions["lr"] == FloatDistribution(5e-5, 1e-2, log=True)
    assert distributions["depth"] == IntDistribution(2, 6)
    assert distributions["use_cosine"] == CategoricalDistribution((True, False))


def test_suggestions_use_the_announced_distributions(space: Space) -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=2))
    trial = study.ask()
    params = space.suggest(trial)
    assert trial.distributions == {name: space.distributions()[name] for name in params}


def test_order_of_writing_changes_neither_fingerprint_nor_samples(space: Space) -> None:
    turned = Space(dict(reversed(space.parameters.items())))
    assert turned.fingerprint() == space.fingerprint()
    draws = [
        searched.suggest(optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3)).ask())
        for searched in (space, turned)
    ]
    assert draws[0] == draws[1]


@pytest.mark.parametrize(
    "change",
    [
        {"low": 2},
        {"high": 8},
        {"step": 3},
        {"when": {"a": True}},
        {"type": "float"},
    ],
)
def test_fingerprint_notices_a_change(change: dict[str, Any]) -> None:
    switch = {"type": "categorical", "choices": [True, False]}
    base = {"type": "int", "low": 1, "high": 7}
    before = _space({"a": switch, "b": base}).fingerprint()
    assert _space({"a": switch, "b": base | change}).fingerprint() != before


def test_fingerprint_ignores_how_a_meaning_is_written() -> None:
    switch = {"type": "categorical", "choices": [True, False]}
    short = {"type": "int", "low": 1, "high": 7, "when": {"a": True}}
    long = {"when": {"a": [True]}, "step": 1, "log": False, "high": 7, "low": 1, "type": "int"}
    assert (
        _space({"a": switch, "b": short}).fingerprint()
        == _space({"b": long, "a": switch}).fingerprint()
    )


def test_counting_needs_a_switch_that_every_trial_has(space: Space) -> None:
    for name in ("lr", "demo_agg", "nothing"):
        with pytest.raises(ValueError, match="categorical parameter without condition"):
            space.n_discrete(name)


@st.composite
def _small_spaces(draw: st.DrawFn) -> Space:
    """Up to five small discrete parameters, each conditional on some of those before it."""
    parameters: dict[str, Any] = {"s": {"type": "categorical", "choices": ["x", "y"]}}
    sizes = {"s": ["x", "y"]}
    for index in range(draw(st.integers(1, 4))):
        name = f"p{index}"
        parents = draw(st.lists(st.sampled_from(sorted(sizes)), unique=True, max_size=2))
        when = {
            parent: draw(st.lists(st.sampled_from(sizes[parent]), min_size=1, unique=True))
            for parent in parents
        }
        high = draw(st.integers(1, 3))
        parameters[name] = {"type": "int", "low": 1, "high": high, "when": when}
        sizes[name] = list(range(1, high + 1))
    return _space(parameters)


@settings(max_examples=150, deadline=None)
@given(_small_spaces())
def test_count_equals_enumeration(space: Space) -> None:
    """Every full assignment, reduced to its active parameters; the distinct ones counted."""
    names = list(space.parameters)
    values = [
        ["x", "y"] if name == "s" else list(range(1, space.parameters[name].high + 1))
        for name in names
    ]
    seen = set()
    for assignment in itertools.product(*values):
        params = dict(zip(names, assignment, strict=True))
        seen.add(tuple((name, params[name]) for name in space.active(params)))
    counts = Counter(dict(combination)["s"] for combination in seen)
    assert space.n_discrete("s") == dict(counts)
