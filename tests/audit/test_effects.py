"""Idle and doubled parameters are found by training, not by reading names."""

from collections.abc import Iterator

import pytest
import torch

from arcsweep.audit.audit import Audit, audit
from arcsweep.audit.finding import Finding
from arcsweep.protocol import Diverged, Params

from .models import PUBLISHED_SPACE, Audited, config, train_published


@pytest.fixture(scope="module")
def published() -> Iterator[Audit]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield audit(config(PUBLISHED_SPACE), Audited(train_published), footprints=False)
    torch.set_num_threads(threads)


def about(found: Audit, key: str) -> list[Finding]:
    return [finding for finding in found.findings if finding.key == f"study.space.{key}"]


@pytest.mark.parametrize("name", ["ctx_pixel_layers", "ctx_grid_layers"])
def test_the_published_sweeps_idle_parameters_are_found(published: Audit, name: str) -> None:
    (finding,) = about(published, name)
    assert finding.severity == "error"
    assert finding.text == "changes nothing that training produces"
    assert "trained for 20 epochs" in finding.evidence


def test_a_depth_that_is_only_compared_with_a_threshold_is_found(published: Audit) -> None:
    (finding,) = about(published, "depth")
    assert finding.severity == "warning"
    assert finding.text.endswith("in trials with cnn: 2 = 3; 4 = 5 = 6")
    assert "2 different results of 5 values" in finding.evidence


def test_parameters_that_act_are_left_in_peace(published: Audit) -> None:
    for name in ("encoder_type", "lr", "width", "ctx_d_model"):
        assert not about(published, name), name


def joined(params: Params, *names: str) -> str:
    return repr([(name, params.get(name)) for name in names])


def test_a_parameter_that_acts_late_is_given_a_whole_trial() -> None:
    """A scheduler changes nothing in the first epochs."""
    space = {"late": {"type": "categorical", "choices": [True, False]}}

    def outcome(params: Params, epochs: int) -> str:
        return joined(params, "encoder_type", *(["late"] if epochs >= 20 else []))

    assert not about(audit(config(space), Audited(outcome), footprints=False), "late")


def test_a_parameter_that_is_idle_in_one_encoder_alone_gets_a_condition_proposed() -> None:
    space = {"mlp": {"type": "categorical", "choices": [1, 2]}}

    def outcome(params: Params, epochs: int) -> str:
        return joined(params, "encoder_type", *(["mlp"] if params["encoder_type"] == "cnn" else []))

    (finding,) = about(audit(config(space), Audited(outcome), footprints=False), "mlp")
    assert finding.severity == "warning"
    assert "in trials with context" in finding.text
    assert "leaves context out" in finding.remedy


def test_conditions_are_kept_in_every_rehearsal() -> None:
    seen = Audited(lambda params, epochs: joined(params, *params))
    audit(config(PUBLISHED_SPACE), seen, footprints=False)
    for params, _ in seen.asked:
        assert ("depth" in params) == (params["encoder_type"] == "cnn")
        assert ("ctx_d_model" in params) == (params["encoder_type"] == "context")


def test_training_that_does_not_repeat_itself_is_an_error_by_itself() -> None:
    calls = iter(range(10_000))
    found = audit(config({}), Audited(lambda params, epochs: str(next(calls))), footprints=False)
    assert [f.key for f in found.findings if f.severity == "error"] == ["study.objective"]
    assert found.rehearsals == 2


def test_what_a_trial_would_fail_with_is_found_before_it_fails() -> None:
    space = {"heads": {"type": "categorical", "choices": [4, 5]}}

    def outcome(params: Params, epochs: int) -> str:
        if params["heads"] == 5:
            raise ValueError("embed_dim must be divisible by num_heads")
        return joined(params, *params)

    found = audit(config(space), Audited(outcome), footprints=False)
    (finding,) = [f for f in found.findings if f.key == "study.objective"]
    assert "ValueError: embed_dim must be divisible" in finding.evidence
    assert "heads 5" in finding.evidence


def test_a_rehearsal_that_diverges_is_a_result_like_others() -> None:
    space = {"lr": {"type": "float", "low": 0.0, "high": 1.0}}

    def outcome(params: Params, epochs: int) -> str:
        if float(params["lr"]) > 0.5:
            raise Diverged("the loss is not finite")
        return joined(params, *params)

    for finding in about(audit(config(space), Audited(outcome), footprints=False), "lr"):
        assert finding.severity == "note"
        assert "0.667 = 1" in finding.text
