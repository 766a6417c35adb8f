"""A running average of a model's weights, to be judged and kept in place of the last ones."""

import copy
from typing import Any

import torch

from arcsweep.encoders.model import TaskClassifier

DECAY_POWER = 3
"""η of polynomial-decay averaging: the average is a fifth, 1 / (η + 2), of the training behind."""


class WeightAverage:
    """Polynomial-decay averaging (Shamir & Zhang 2013, arXiv:1212.1824): w̄ ← w̄ + r (w − w̄) with
    r = (η + 1) / (t + η) after step t.

    The last weights are one point of a path that is still noisy; their average, whose age grows
    with the training, needs no length to be chosen and forgets the start by itself.

    trained: the model that is followed. model: its averaged copy, with the buffers of the start.
    """

    def __init__(self, trained: TaskClassifier) -> None:
        self.model = copy.deepcopy(trained).requires_grad_(False)
        self._trained: list[torch.Tensor] = list(trained.parameters())
        self._averaged: list[torch.Tensor] = list(self.model.parameters())
        self._n_steps = 0

    @torch.no_grad()
    def update(self) -> None:
        """Take in the trained weights after a step; waits for no device."""
        self._n_steps += 1
        share = (DECAY_POWER + 1) / (self._n_steps + DECAY_POWER)
        torch._foreach_lerp_(self._averaged, self._trained, share)

    def state_dict(self) -> dict[str, Any]:
        """What :meth:`load_state_dict` takes; tensors and a number."""
        return {"weights": self.model.state_dict(), "n_steps": self._n_steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go back to where ``state`` was taken."""
        self.model.load_state_dict(state["weights"])
        self._n_steps = state["n_steps"]
