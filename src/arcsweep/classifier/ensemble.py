"""Several models asked the same question."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax

from arcsweep.classifier.demonstrations import Showing, build_views
from arcsweep.encoders.model import TaskClassifier
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.tasks.arc_json import Example

VIEWS_AT_ONCE = 32
"""Limits memory; changes no result beyond rounding."""


def ensemble_probabilities(
    models: Sequence[TaskClassifier],
    showing: Showing,
    tasks: Sequence[Sequence[Example]],
    device: torch.device,
    advance: Callable[[], None] = lambda: None,
) -> NDArray[np.float64]:
    """Each model's probabilities, float64 (n_models, n_tasks, 9), not calibrated.

    The arguments are those of :func:`ensemble_logits`.
    """
    logits = ensemble_logits(models, showing, tasks, device, advance)
    probabilities: NDArray[np.float64] = softmax(logits, axis=2)
    return probabilities


def ensemble_logits(
    models: Sequence[TaskClassifier],
    showing: Showing,
    tasks: Sequence[Sequence[Example]],
    device: torch.device,
    advance: Callable[[], None] = lambda: None,
) -> NDArray[np.float64]:
    """Each model's logits, float64 (n_models, n_tasks, 9), mean over a task's views.

    models: on ``device``, in evaluation mode. tasks: the demonstration pairs of each, at least one.
    advance: called after each of ``n_batches(tasks, showing)`` batches.
    """
    chosen = [showing.views(len(pairs)) for pairs in tasks]
    views = [(pairs, shown) for pairs, rows in zip(tasks, chosen, strict=True) for shown in rows]
    task_of_view = torch.from_numpy(np.repeat(np.arange(len(tasks)), [len(c) for c in chosen]))
    sums = torch.zeros(len(models), len(tasks), len(CATEGORIES), dtype=torch.float64)
    with torch.inference_mode():
        for at in range(0, len(views), VIEWS_AT_ONCE):
            batch = views[at : at + VIEWS_AT_ONCE]
            inputs = {n: build_views(batch, n).to(device) for n in {m.needs for m in models}}
            for number, model in enumerate(models):
                logits = model(inputs[model.needs]).double().cpu()
                sums[number].index_add_(0, task_of_view[at : at + VIEWS_AT_ONCE], logits)
            advance()
    counts = torch.bincount(task_of_view, minlength=len(tasks)).double()
    means: NDArray[np.float64] = (sums / counts[:, None]).numpy()
    return means


def n_batches(tasks: Sequence[Sequence[Example]], showing: Showing) -> int:
    """Steps that ensemble_probabilities takes."""
    n_views = sum(len(showing.views(len(pairs))) for pairs in tasks)
    return -(-n_views // VIEWS_AT_ONCE)
