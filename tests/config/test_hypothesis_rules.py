"""What a hypothesis may change, and of what."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arcsweep.config.hypothesis_rules import groups_asked
from arcsweep.config.load import validate

Errors = Callable[[dict[str, Any]], list[str]]


def asked(**changed: Any) -> dict[str, Any]:
    """Two hypotheses, the second with these keys."""
    plain = {"name": "plain", "question": "Plain?", "change": {"depth": 3}, "groups": ["cnn"]}
    return {"hypotheses": [plain, {**plain, "name": "other", **changed}]}


@pytest.mark.parametrize(
    "changed",
    [
        {"change": {"max_pool": True, "views_per_epoch": 4}, "groups": None},
        {"change": {"lr": 0.001}, "groups": None},
        {"change": {"epochs": 80, "scheduler_factor": 0.1}, "base": 5},
        {"change": {"use_cosine": True, "temperature": 10.0}},
        {"change": {"ctx_n_head": 4}, "groups": ["context"]},
    ],
)
def test_parameters_and_training_keys_may_be_changed(
    changed: dict[str, Any], errors: Errors
) -> None:
    assert errors(asked(**changed)) == []


@pytest.mark.parametrize(
    ("changed", "start"),
    [
        ({"name": "plain"}, "hypotheses[1].name must be unique, got 'plain' again; choose another"),
        ({"name": "a b"}, "hypotheses[1].name must match"),
        ({"change": {}}, "hypotheses[1].change must have at least 1 entry"),
        (
            {"change": {"max_pol": True}},
            "hypotheses[1].change.max_pol must be a parameter of the model or a key of training; "
            "did you mean max_pool?; valid here: average_weights, batch_size, ",
        ),
        (
            {"change": {"max_pool": 1}},
            "hypotheses[1].change.max_pool must be true or false, got 1; change it",
        ),
        (
            {"change": {"views_per_epoch": 0}},
            "hypotheses[1].change.views_per_epoch must be valid for training.views_per_epoch, got ",
        ),
        (
            {"change": {"early_stop_patience": 3}},
            "hypotheses[1].change.early_stop_patience must not be changed by a hypothesis: a run on"
            " a fold must not ask the judged tasks",
        ),
        (
            {"change": {"encoder_type": "context"}},
            "hypotheses[1].change.encoder_type must not be changed by a hypothesis, the base would",
        ),
        (
            {"change": {"depth": 3}, "groups": None},
            "hypotheses[1].change.depth changes nothing in context, got groups null; write groups: "
            "[cnn]",
        ),
        (
            {"change": {"use_cosine": True}},
            "hypotheses[1].change.use_cosine must come with a temperature",
        ),
        (
            {"change": {"ctx_n_head": 3}, "groups": ["context"]},
            "hypotheses[1].change ctx_n_head must divide every ctx_d_model, got 3 heads",
        ),
        (
            {"groups": ["cnm"]},
            "hypotheses[1].groups must be choices of encoder_type (cnn, context), got 'cnm'; did "
            "you mean cnn?",
        ),
        ({"groups": ["cnn", "cnn"]}, "hypotheses[1].groups must not repeat a group, got cnn again"),
        (
            {"base": 6},
            "hypotheses[1].base must be a rank that the confirmation runs, at most 5, got 6; lower",
        ),
        (
            {"chnage": {"depth": 3}},
            "hypotheses[1].chnage is not a setting; did you mean change?; valid here: name, ques",
        ),
    ],
)
def test_what_nothing_could_answer_is_refused(
    changed: dict[str, Any], start: str, errors: Errors
) -> None:
    lines = errors(asked(**changed))
    assert len(lines) == 1, lines
    assert lines[0].startswith(start), lines[0]


def test_a_base_must_be_among_those_that_are_confirmed(errors: Errors) -> None:
    lines = errors({**asked(base=2), "confirmation.top_k": 1})
    assert lines[0].startswith("hypotheses[1].base must be a rank that the confirmation runs, at ")
    assert errors({**asked(base=2), "confirmation.top_k": 1, "confirmation.folds": 0}) == []


def test_the_shipped_questions_are_those_of_the_docs(mapping: dict[str, Any]) -> None:
    config = validate(mapping, "config.yaml")
    changes = [dict(hypothesis.change) for hypothesis in config.hypotheses]
    assert changes == [
        {"mark_changes": True}, {"show_sizes": True}, {"max_pool": True},
        {"show_statistics": True}, {"average_weights": True},
        {"views_per_epoch": 4}, {"color_permute": False},
    ]  # fmt: skip
    page = Path(__file__).resolve().parents[2].joinpath("docs", "hypotheses.md").read_text()
    for ((key, value),) in (change.items() for change in changes):
        assert f"| `{key}: {str(value).lower()}` |" in page
    for hypothesis in config.hypotheses:
        assert groups_asked(hypothesis, config) == ("cnn", "context")
