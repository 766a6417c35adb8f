"""Optimizer and scheduler."""

import subprocess
import sys

import torch
from torch import nn
from torch.optim import AdamW

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


def test_it_steps_as_pytorchs_own() -> None:
    models = [nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4)) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    ours = make_optimizer(models[0], CNN)
    own = AdamW(make_optimizer(models[1], CNN).param_groups, fused=True)
    for _ in range(3):
        for model, optimizer in zip(models, (ours, own), strict=True):
            optimizer.zero_grad(set_to_none=True)
            model(torch.ones(2, 3)).square().sum().backward()
            optimizer.step()
    for mine, its in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert torch.equal(mine, its)
    again = make_optimizer(models[0], CNN)
    again.load_state_dict(own.state_dict())
    for kept, its in zip(again.state.values(), own.state.values(), strict=True):
        assert all(torch.equal(kept[name], its[name]) for name in its)


def test_training_imports_no_compiler() -> None:
    # That takes a second, of every worker and of every single run.
    code = (
        "import sys; from torch import nn;"
        "from arcsweep.training.optimizer import make_optimizer;"
        "m = nn.Linear(2, 2); o = make_optimizer(m, {'lr': 0.1, 'weight_decay': 0.1});"
        "o.zero_grad(); m.weight.sum().backward(); nn.utils.clip_grad_norm_(m.parameters(), 1.0);"
        "o.step(); o.load_state_dict(o.state_dict());"
        "print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
