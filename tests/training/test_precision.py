"""Training with products in bfloat16."""

from typing import Any

import pytest
import torch

from arcsweep.training.batches import Batch, assemble
from arcsweep.training.objective import semantic_settings
from arcsweep.training.run import TrainingRun, train_model
from arcsweep.training.views import training_views

from .easy import CNN, CONTEXT, Recorder, easy_data, settings
from .test_run import assert_equal

DATA = easy_data()
LIKE_FLOAT32 = 0.02
"""Relative error by norm; bfloat16 keeps 8 bits of a number, 0.4 %."""

BOTH = pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])


def run_of(params: dict[str, Any], precision: str) -> TrainingRun:
    return TrainingRun(DATA, params, settings(precision=precision), seed=0)


def a_batch(run: TrainingRun) -> Batch:
    views = training_views(DATA.train, settings(), 0, 1)
    return assemble(DATA.train, views, slice(0, 8), run.model.needs)


def error(found: torch.Tensor, wanted: torch.Tensor) -> float:
    return float((found - wanted).norm() / wanted.norm())


@BOTH
def test_a_step_is_float32s_but_for_rounding(params: dict[str, Any]) -> None:
    without_dropout = {**params, **({"ctx_dropout": 0.0} if params is CONTEXT else {})}
    losses, logits, gradients = [], [], []
    for precision in ("float32", "bfloat16"):
        run = run_of(without_dropout, precision)
        loss, answered = run.step(a_batch(run))
        losses.append(loss)
        logits.append(answered)
        gradients.append(torch.cat([p.grad.flatten() for p in run.model.parameters()
                                    if p.grad is not None]))  # fmt: skip
    assert 0 < error(logits[1], logits[0]) < LIKE_FLOAT32
    assert error(losses[1], losses[0]) < LIKE_FLOAT32
    assert error(gradients[1], gradients[0]) < 2 * LIKE_FLOAT32


@BOTH
def test_weights_gradients_and_logits_stay_float32(params: dict[str, Any]) -> None:
    run = run_of(params, "bfloat16")
    loss, logits = run.step(a_batch(run))
    parameters = list(run.model.parameters())
    assert {p.dtype for p in parameters} | {loss.dtype, logits.dtype} == {torch.float32}
    assert {p.grad.dtype for p in parameters if p.grad is not None} == {torch.float32}


@BOTH
def test_evaluation_is_float32s(params: dict[str, Any]) -> None:
    mixed, plain = run_of(params, "bfloat16"), run_of(params, "float32")
    mixed.next_epoch()
    plain.restore(mixed.state())
    assert torch.equal(plain.logits(), mixed.logits())


@BOTH
def test_a_resumed_trial_equals_an_uninterrupted_one(params: dict[str, Any]) -> None:
    changed, whole = settings(precision="bfloat16"), Recorder()
    train_model(DATA, params, changed, 0, whole)
    resumed = Recorder(saved=whole.states[1])
    train_model(DATA, params, changed, 0, resumed)
    assert_equal(resumed.states, whole.states[2:])


def test_a_trial_means_another_thing_but_studies_without_the_setting_mean_what_they_did() -> None:
    assert "precision" not in semantic_settings(settings())
    assert '"precision": "bfloat16"' in semantic_settings(settings(precision="bfloat16"))
