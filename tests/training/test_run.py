"""Training, and going on with it."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._pytree import tree_flatten

from arcsweep.protocol import Diverged, OutOfMemory, StopTraining
from arcsweep.training.data import TrainingData
from arcsweep.training.run import (
    TrainedModel,
    TrainingRun,
    Watched,
    epochs_since_best,
    train_model,
)

from .easy import CNN, CONTEXT, Recorder, easy_data, settings

DATA = easy_data()
BOTH = pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
AND_AVERAGED = pytest.mark.parametrize(
    "params", [CNN, CONTEXT, {**CNN, "average_weights": True}], ids=["cnn", "context", "averaged"]
)


def train(
    params: dict[str, Any], recorder: Recorder | None = None, seed: int = 0, **changed: Any
) -> TrainedModel:
    return train_model(DATA, params, settings(**changed), seed, recorder or Recorder())


def assert_equal(states: list[bytes], expected: list[bytes]) -> None:
    """Every bit of every tensor and number; the files' own bytes name their tensors otherwise."""
    for state, other in zip(states, expected, strict=True):
        loaded = [torch.load(io.BytesIO(x), weights_only=True) for x in (state, other)]
        flat, flat_other = (tree_flatten(x) for x in loaded)
        assert flat[1] == flat_other[1]
        for value, wanted in zip(flat[0], flat_other[0], strict=True):
            if isinstance(wanted, torch.Tensor):
                assert torch.equal(value, wanted)
            else:
                assert value == wanted


def weights(model: torch.nn.Module) -> torch.Tensor:
    return torch.cat([value.flatten() for value in model.state_dict().values()])


@AND_AVERAGED
def test_resumed_trial_equals_uninterrupted_one_killed_at_any_epoch(params: dict[str, Any]) -> None:
    whole = Recorder()
    final = train(params, whole)
    for epoch in (1, 2, 3):
        killed, resumed = Recorder(leave_after=epoch), Recorder(saved=whole.states[epoch - 1])
        with pytest.raises(StopTraining):
            train(params, killed)
        again = train(params, resumed)
        assert killed.metrics + resumed.metrics == whole.metrics
        assert_equal(killed.states + resumed.states, whole.states)
        assert torch.equal(weights(again.model), weights(final.model))
        assert again.history == final.history


@AND_AVERAGED
def test_a_trial_handed_on_at_every_epoch_equals_an_uninterrupted_one(
    params: dict[str, Any],
) -> None:
    whole, saved, metrics = Recorder(), None, []
    final = train(params, whole)
    for _ in range(3):
        owner = Recorder(saved, leave_after=1)
        with pytest.raises(StopTraining):
            train(params, owner)
        (saved,) = owner.states
        metrics += owner.metrics
    last = Recorder(saved)
    assert torch.equal(weights(train(params, last).model), weights(final.model))
    assert metrics + last.metrics == whole.metrics


def test_a_trial_that_had_ended_trains_nothing_when_taken_over() -> None:
    whole = Recorder()
    train(CNN, whole)
    again = Recorder(whole.states[-1])
    trained = train(CNN, again)
    assert again.reports == []
    assert [entry["epoch"] for entry in trained.history] == [1, 2, 3, 4]


def test_the_state_loads_without_trusting_it() -> None:
    recorder = Recorder(leave_after=1)
    with pytest.raises(StopTraining):
        train(CNN, recorder)
    state = torch.load(io.BytesIO(recorder.states[0]), weights_only=True)
    assert state["history"][0]["epoch"] == 1


@BOTH
def test_the_number_of_assembling_threads_changes_nothing(params: dict[str, Any]) -> None:
    alone, ahead = Recorder(), Recorder()
    train(params, alone, epochs=2, num_workers=0)
    train(params, ahead, epochs=2, num_workers=3)
    assert_equal(alone.states, ahead.states)


@BOTH
def test_seeds_differ(params: dict[str, Any]) -> None:
    first, second = (train(params, epochs=1, seed=seed) for seed in (0, 1))
    assert first.history != second.history


@BOTH
def test_an_easy_problem_is_learned(params: dict[str, Any]) -> None:
    trained = train(params, epochs=12, views_per_epoch=4, early_stop_patience=0)
    assert max(entry["accuracy"] for entry in trained.history) >= 0.75
    assert trained.history[-1]["train_loss"] < trained.history[0]["train_loss"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lr", 1e-3),
        ("batch_size", 16),
        ("weight_decay", 0.0),
        ("label_smoothing", 0.0),
    ],
)
def test_every_training_parameter_changes_the_weights(name: str, value: float) -> None:
    before, after = (
        weights(train(params, epochs=1).model) for params in (CNN, {**CNN, name: value})
    )
    assert (before - after).norm() / before.norm() > 1e-6


def test_the_scheduler_changes_later_epochs() -> None:
    rates = {}
    for use_scheduler in (True, False):
        recorder = Recorder()
        params = {**CNN, "lr": 1e-7, "use_scheduler": use_scheduler}  # learns nothing
        train(params, recorder, scheduler_patience=0, early_stop_patience=0)
        rates[use_scheduler] = [metrics["learning_rate"] for metrics in recorder.metrics]
    assert rates[False] == [1e-7] * 4
    assert rates[True][0] == 1e-7 and rates[True][-1] < 1e-7


def relabelled() -> TrainingData:
    """The same data with another category for each validation task."""
    named = np.unique(DATA.validation.labels)
    labels = named[(np.searchsorted(named, DATA.validation.labels) + 1) % len(named)]
    return replace(DATA, validation=replace(DATA.validation, labels=labels))


@BOTH
@pytest.mark.parametrize("watched", ["train_loss", "accuracy"])
def test_validation_labels_steer_the_scheduler_only_where_it_watches_them(
    params: dict[str, Any], watched: Watched
) -> None:
    hasty = settings(epochs=6, scheduler_patience=0, early_stop_patience=0)
    trained = [
        train_model(data, params, hasty, 0, Recorder(), watched) for data in (DATA, relabelled())
    ]
    same = torch.equal(*(weights(each.model) for each in trained))
    assert same == (watched == "train_loss")
    assert torch.equal(trained[0].logits, trained[1].logits) == same


def test_the_logits_are_those_of_the_last_epoch_also_after_a_resumption() -> None:
    whole = Recorder()
    first = train(CNN, whole)
    again = train(CNN, Recorder(whole.states[-1]))
    assert torch.equal(again.logits, first.logits)
    assert first.final["n_correct"] == int(
        (first.logits.argmax(dim=1).numpy() == DATA.validation.labels).sum()
    )


def test_a_report_carries_the_epochs_metrics() -> None:
    recorder = Recorder()
    train(CNN, recorder, epochs=2)
    assert [report.epoch for report in recorder.reports] == [1, 2]
    for report in recorder.reports:
        metrics = report.metrics
        assert report.value == metrics["accuracy"] == metrics["n_correct"] / metrics["n_tasks"]
        assert metrics["n_tasks"] == len(DATA.validation) == len(metrics["predictions"])
        assert sum(map(sum, metrics["confusion"])) == metrics["n_tasks"]
        assert 0.0 <= metrics["train_accuracy"] <= 1.0
        assert np.isfinite([metrics["train_loss"], metrics["validation_loss"]]).all()
        assert metrics["epoch_seconds"] > 0
    assert recorder.facts["n_parameters"] > 0
    assert recorder.facts["device"] == "cpu"
    assert recorder.facts["threads"] == torch.get_num_threads()
    assert recorder.facts["effective_weight_decay"] == CNN["weight_decay"]


def test_training_stops_when_accuracy_stalls() -> None:
    stalled = {**CNN, "lr": 1e-9}
    recorder = Recorder()
    train(stalled, recorder, epochs=9, early_stop_patience=2)
    assert len(recorder.reports) == 3
    unstopped = Recorder()
    train(stalled, unstopped, epochs=9, early_stop_patience=0)
    assert len(unstopped.reports) == 9


def test_epochs_since_best_counts_from_the_first_best() -> None:
    assert epochs_since_best([]) == 0
    assert epochs_since_best([0.1, 0.3, 0.3, 0.2]) == 2
    assert epochs_since_best([0.1, 0.2]) == 0


def test_a_loss_that_is_not_finite_is_an_outcome() -> None:
    with pytest.raises(Diverged, match="not finite in epoch 1"):
        train({**CNN, "lr": float("inf")})


def test_a_model_too_large_for_the_machine_is_an_outcome() -> None:
    with pytest.raises(OutOfMemory):
        train({**CNN, "mlp_hidden": 1 << 45})


def test_evaluation_in_other_groups_gives_the_same_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = TrainingRun(DATA, CNN, settings(), 0)._validate()
    monkeypatch.setattr("arcsweep.training.run.EVALUATION_BATCH", 3)
    parts = TrainingRun(DATA, CNN, settings(), 0)._validate()
    assert parts["validation_loss"] == pytest.approx(whole["validation_loss"], rel=1e-5)
    assert parts["predictions"] == whole["predictions"]
