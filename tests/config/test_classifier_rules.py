"""What the classifier asks of a space, and what it leaves free."""

from collections.abc import Callable
from typing import Any

import pytest

from arcsweep.config.classifier_rules import NEEDS
from arcsweep.config.load import validate

Errors = Callable[[dict[str, Any]], list[str]]

SPACE = "study.space"
CONTEXT_PARAMETERS = (
    "ctx_d_model",
    "ctx_n_head",
    "ctx_pixel_layers",
    "ctx_grid_layers",
    "ctx_dropout",
)


def _without_context() -> dict[str, Any]:
    removed: dict[str, Any] = {f"{SPACE}.{name}": None for name in CONTEXT_PARAMETERS}
    return removed | {f"{SPACE}.encoder_type.choices": ["cnn"]}


@pytest.mark.parametrize(
    "changes",
    [
        _without_context(),
        # With one encoder only, its condition says nothing and may be left out.
        _without_context() | {f"{SPACE}.depth.when": None},
        {f"{SPACE}.encoder_type.choices": ["cnn", "context"]},
        {f"{SPACE}.depth.low": 6},
        {f"{SPACE}.lr": {"type": "categorical", "choices": [0.001]}},
        {f"{SPACE}.label_smoothing": {"type": "categorical", "choices": [0, 0.1]}},
        {f"{SPACE}.embed_dim": {"type": "int", "low": 64, "high": 256, "step": 64}},
        {f"{SPACE}.use_cosine.choices": [False], f"{SPACE}.temperature": None},
        {f"{SPACE}.depth.when": {"encoder_type": ["cnn"]}},
        {f"{SPACE}.max_pool": {"type": "categorical", "choices": [False, True]}},
        {
            f"{SPACE}.mark_changes": {
                "type": "categorical",
                "choices": [True],
                "when": {"encoder_type": "cnn"},
            }
        },
        {"training.early_stop_patience": 0, "training.scheduler_patience": 9},
        {"training.scheduler_patience": 9, f"{SPACE}.use_scheduler.choices": [False]},
        {"study.pruner.name": "none", "training.epochs": 2},
        {"tasks.source": "files", "tasks.data_dir": "/data/arc", "tasks.examples_per_task": 4},
        {"tasks.source": "files", "training.n_demos": 4, "tasks.examples_per_task": 4},
    ],
)
def test_reduced_and_fixed_spaces_are_valid(changes: dict[str, Any], errors: Errors) -> None:
    assert errors(changes) == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({f"{SPACE}.lr": None}, "study.space.lr is missing, the classifier needs it"),
        ({f"{SPACE}.temperature": None}, "study.space.temperature is missing, use_cosine true"),
        (
            {f"{SPACE}.temperature.when": None},
            "study.space.temperature.when must be {use_cosine: true}, got {};",
        ),
        (
            {f"{SPACE}.depth.when": {"encoder_type": "cnn", "use_cosine": True}},
            "study.space.depth.when must be {encoder_type: cnn}, got ",
        ),
        (
            {f"{SPACE}.lr.when": {"use_cosine": True}},
            "study.space.lr.when must be {}, got {use_cosine: true}; elsewhere",
        ),
        (
            {f"{SPACE}.encoder_type.choices": ["cnn", "mlp", "context"]},
            "study.space.encoder_type.choices[1] must be one of cnn, context, got 'mlp'",
        ),
        (
            {f"{SPACE}.use_coords.choices": [0, True]},
            "study.space.use_coords.choices[0] must be true or false, got 0",
        ),
        (
            {f"{SPACE}.show_sizes": {"type": "categorical", "choices": [0, True]}},
            "study.space.show_sizes.choices[0] must be true or false, got 0",
        ),
        (
            {f"{SPACE}.embed_dim.choices": [128, 0]},
            "study.space.embed_dim.choices[1] must be a whole number from 1 to 65536, got 0",
        ),
        (
            {f"{SPACE}.batch_size": {"type": "float", "low": 8.0, "high": 64.0}},
            "study.space.batch_size.type must be int or categorical, got float",
        ),
        (
            {f"{SPACE}.label_smoothing.high": 1.0},
            "study.space.label_smoothing.high must be a number of at least 0 and at most 0.999",
        ),
        (
            {f"{SPACE}.temperature.low": 0.0},
            "study.space.temperature.low must be a number above 0, got 0",
        ),
        (
            {
                f"{SPACE}.use_cosine": {"type": "int", "low": 0, "high": 1},
                f"{SPACE}.temperature": None,
            },
            "study.space.use_cosine.type must be categorical, got int",
        ),
        (
            {"training.n_demos": 4, "tasks.examples_per_task": 4},
            "training.n_demos must be below tasks.examples_per_task 4, got 4",
        ),
    ],
)
def test_what_the_classifier_cannot_use_is_refused(
    changes: dict[str, Any], start: str, errors: Errors
) -> None:
    lines = errors(changes)
    assert len(lines) == 1
    assert lines[0].startswith(start)


def test_parameters_of_an_encoder_that_is_left_out_change_nothing(errors: Errors) -> None:
    changes = {f"{SPACE}.encoder_type.choices": ["cnn"]} | {
        f"{SPACE}.{name}.when": None for name in CONTEXT_PARAMETERS
    }
    lines = errors(changes)
    assert len(lines) == len(CONTEXT_PARAMETERS)
    assert all("changes nothing, encoder_type is never 'context'" in line for line in lines)


def test_rules_know_the_parameters_and_the_depth_of_the_encoders() -> None:
    from arcsweep.encoders.cnn import RESOLUTION_OF_BLOCK
    from arcsweep.encoders.model import ENCODER_PARAMETERS, SWITCHES

    for encoder, names in ENCODER_PARAMETERS.items():
        own = {name for name, need in NEEDS.items() if need.when.get("encoder_type") == encoder}
        assert own == set(names) - {"embed_dim"}
    assert {name for name, need in NEEDS.items() if need.optional} == {*SWITCHES, "average_weights"}
    assert NEEDS["depth"].most == len(RESOLUTION_OF_BLOCK)


def test_another_training_function_has_a_space_of_its_own(mapping: dict[str, Any]) -> None:
    mapping["study"]["objective"] = "my_package.model:build"
    mapping["study"]["space"] = {
        "kind": {"type": "categorical", "choices": ["a", "b"]},
        "momentum": {"type": "float", "low": 0.0, "high": 1.0},
    }
    mapping["selection"]["by"] = "kind"
    assert validate(mapping, "config.yaml").study.space.keys() == {"kind", "momentum"}
