"""The running average of the weights."""

from typing import Any

import pytest
import torch

from arcsweep.training.averaging import DECAY_POWER, WeightAverage
from arcsweep.training.run import TrainingRun

from .easy import CNN, CONTEXT, easy_data, settings

DATA = easy_data()
AVERAGED = {**CNN, "average_weights": True}


def run(params: dict[str, Any], epochs: int) -> TrainingRun:
    run = TrainingRun(DATA, params, settings(epochs=epochs, early_stop_patience=0), 0)
    while not run.finished:
        run.next_epoch()
    return run


@pytest.mark.parametrize("n_steps", [1, 2, 7, 100])
def test_it_weighs_later_steps_more(n_steps: int) -> None:
    model = TrainingRun(DATA, CNN, settings(), 0).model
    average = WeightAverage(model)
    with torch.no_grad():
        for step in range(1, n_steps + 1):
            for weights in model.parameters():
                weights.fill_(step)
            average.update()
    # The weight of step i is proportional to i (i + 1) … (i + η − 1).
    steps = torch.arange(1, n_steps + 1, dtype=torch.float64)
    shares = torch.stack([steps + k for k in range(DECAY_POWER)]).prod(dim=0)
    expected = float((steps * shares).sum() / shares.sum())
    for weights in average.model.parameters():
        assert torch.allclose(weights, torch.tensor(expected, dtype=torch.float32), rtol=1e-4)


@pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
def test_it_changes_what_is_judged_and_not_what_trains(params: dict[str, Any]) -> None:
    plain, averaged = run(params, 3), run({**params, "average_weights": True}, 3)
    losses = [[epoch["train_loss"] for epoch in r.history] for r in (plain, averaged)]
    assert losses[0] == losses[1]
    assert not torch.equal(plain.logits(), averaged.logits())
    averaged.model.eval()
    with torch.no_grad():
        batch = averaged.validation_batches[0].pairs
        seen = averaged.model(batch).view(-1, settings().validation_views, 9).mean(dim=1)
    assert torch.equal(seen, averaged.logits()[: len(seen)]), "the model that is kept"


def test_an_average_of_one_step_is_that_step() -> None:
    one = settings(epochs=1, views_per_epoch=1)
    whole = {"batch_size": len(DATA.train)}
    runs = [TrainingRun(DATA, {**p, **whole}, one, 0) for p in (CNN, AVERAGED)]
    first, second = (r.next_epoch() for r in runs)
    assert first["validation_loss"] == second["validation_loss"]
