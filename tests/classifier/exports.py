"""An export with untrained models, and tasks to ask it about."""

from typing import Any

import numpy as np
import torch

from arcsweep.classifier.demonstrations import Showing
from arcsweep.classifier.file import Export, Member
from arcsweep.classifier.held_out import HeldOut
from arcsweep.classifier.inputs import AskedTask, task_from_object
from arcsweep.encoders.model import build_model
from training.easy import CNN, CONTEXT

CENTROIDS = np.random.default_rng(3).normal(size=(9, 6)).astype(np.float32)


def held_out(n_tasks: int = 200, skill: float = 2.0, seed: int = 0) -> HeldOut:
    """Predictions whose true labels are drawn from their own softmax: calibrated at skill.

    The probabilities given are sharper or flatter than the truth by the factor 1 / skill.
    """
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n_tasks, 9)) * 2
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(9, p=row) for row in true], np.int64)
    told = np.exp(logits * skill)
    told /= told.sum(axis=1, keepdims=True)
    return HeldOut("search-validation", tuple(f"t{n:03}" for n in range(n_tasks)), labels, told)


def export(**changed: Any) -> Export:
    """Two models of different encoders."""
    torch.manual_seed(0)
    parts: dict[str, Any] = {
        "members": tuple(
            Member(params, {"trial": number}, build_model(params, CENTROIDS).eval())
            for number, params in enumerate((CNN, CONTEXT))
        ),
        "showing": Showing(n_demos=3, n_views=2),
        "held_out": held_out(),
        "known": {"aaaa0001": "S1"},
        "validated": {"aaaa0002": "C1"},
        "related": ("aaaa0001", "aaaa0002", "aaaa0003"),
        "card": "# A card\n",
    }
    return Export(**{**parts, **changed})


def task_object(n_pairs: int = 3, side: int = 4, seed: int = 0) -> dict[str, Any]:
    """A task as ARC's JSON has it."""
    rng = np.random.default_rng(seed)
    pair = lambda: {  # noqa: E731
        "input": rng.integers(0, 10, (side, side)).tolist(),
        "output": rng.integers(0, 10, (side, side + 1 if side < 30 else side)).tolist(),
    }
    return {"train": [pair() for _ in range(n_pairs)], "test": [{"input": [[0]]}]}


def asked(task_id: str = "aaaa0009", n_pairs: int = 3, seed: int = 0) -> AskedTask:
    return task_from_object(task_object(n_pairs, seed=seed), task_id)
