"""Optimizer and learning-rate scheduler of a trial."""

import inspect
from typing import Literal

import torch
from torch import nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from arcsweep.config.training import TrainingConfig
from arcsweep.protocol import Params

MAX_GRADIENT_NORM = 1.0
"""Gradients are scaled down to this norm, or a high learning rate would end most trials."""


class EagerAdamW(AdamW):
    """AdamW without the decorators that import PyTorch's compiler, which nothing here uses.

    They take a second of every process that trains, and change nothing where nothing is compiled.
    """

    add_param_group = inspect.unwrap(Optimizer.add_param_group)
    load_state_dict = inspect.unwrap(Optimizer.load_state_dict)
    state_dict = inspect.unwrap(Optimizer.state_dict)
    zero_grad = inspect.unwrap(Optimizer.zero_grad)
    step = torch.no_grad()(inspect.unwrap(AdamW.step))


def make_optimizer(model: nn.Module, params: Params) -> AdamW:
    """AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) with the trial's lr and weight_decay.

    Matrices and kernels decay; biases and norms, which have one dimension, do not.
    """
    decaying = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [
        {"params": decaying, "weight_decay": float(params["weight_decay"])},
        {"params": others, "weight_decay": 0.0},
    ]
    return EagerAdamW(groups, lr=float(params["lr"]), fused=True)


def make_scheduler(
    optimizer: AdamW,
    params: Params,
    settings: TrainingConfig,
    mode: Literal["max", "min"] = "max",
) -> ReduceLROnPlateau | None:
    """Lowers the learning rate when what it watches stalls; None without use_scheduler.

    mode: "max" for validation accuracy, "min" for a loss.
    """
    if not params["use_scheduler"]:
        return None
    return ReduceLROnPlateau(
        optimizer,
        mode=mode,
        factor=settings.scheduler_factor,
        patience=settings.scheduler_patience,
        threshold=0.0,
    )
