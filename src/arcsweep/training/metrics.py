"""What an epoch is judged by."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from arcsweep.labels.taxonomy import CATEGORIES


def validation_metrics(logits: Tensor, labels: Tensor, task_ids: Sequence[str]) -> dict[str, Any]:
    """Metrics of one prediction a task.

    logits: (n, 9), mean over a task's views. labels: int64 (n,).
    accuracy is correct ÷ total over all validation tasks; accuracy_<CAT> exists for categories
    that have validation tasks; confusion[true][predicted] counts tasks; validation_loss is the
    plain cross-entropy, without label smoothing.
    """
    n_categories = len(CATEGORIES)
    predicted = logits.argmax(dim=1)
    confusion = torch.bincount(labels * n_categories + predicted, minlength=n_categories**2).view(
        n_categories, n_categories
    )
    n_correct, n_tasks = int(confusion.trace()), len(labels)
    of_category = confusion.sum(dim=1)
    return {
        "accuracy": n_correct / n_tasks,
        "n_correct": n_correct,
        "n_tasks": n_tasks,
        "validation_loss": float(F.cross_entropy(logits, labels)),
        **{
            f"accuracy_{category}": int(confusion[row, row]) / int(of_category[row])
            for row, category in enumerate(CATEGORIES)
            if of_category[row] > 0
        },
        "confusion": confusion.tolist(),
        "predictions": {
            task: CATEGORIES[category]
            for task, category in zip(task_ids, predicted.tolist(), strict=True)
        },
    }
