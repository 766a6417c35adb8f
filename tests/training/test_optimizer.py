"""Optimizer and scheduler."""

from torch import nn

from arcsweep.training.optimizer import make_optimizer, make_scheduler

from .easy import CNN, settings


def test_matrices_decay_and_biases_do_not() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2))
    decaying, others = make_optimizer(model, CNN).param_groups
    assert [tuple(p.shape) for p in decaying["params"]] == [(2, 3)]
    assert (decaying["weight_decay"], others["weight_decay"]) == (CNN["weight_decay"], 0.0)
    assert len(others["params"]) == 3


def test_the_scheduler_lowers_the_rate_when_accuracy_stalls() -> None:
    optimizer = make_optimizer(nn.Linear(2, 2), CNN)
    scheduler = make_scheduler(optimizer, CNN, settings(scheduler_patience=1, scheduler_factor=0.5))
    assert scheduler is not None
    rates = []
    for accuracy in (0.2, 0.5, 0.5, 0.5, 0.6):
        scheduler.step(accuracy)
        rates.append(optimizer.param_groups[0]["lr"] / CNN["lr"])
    assert rates == [1.0, 1.0, 1.0, 0.5, 0.5]


def test_without_use_scheduler_there_is_none() -> None:
    optimizer = make_optimizer(nn.Linear(2, 2), CNN)
    assert make_scheduler(optimizer, {**CNN, "use_scheduler": False}, settings()) is None
