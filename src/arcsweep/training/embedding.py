"""What a trained model makes of tasks: their embeddings and its answers."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from arcsweep.config.training import TrainingConfig
from arcsweep.encoders.model import TaskClassifier
from arcsweep.training.batches import batches
from arcsweep.training.data import LabelledTasks
from arcsweep.training.run import EVALUATION_BATCH
from arcsweep.training.views import validation_views


@dataclass(frozen=True, eq=False)
class EmbeddedTasks:
    """vectors: float32 (n_tasks, E), what the head compares with the centroids, mean over the
    views. answers: int64 (n_tasks,), index into CATEGORIES, of the views' mean logits."""

    vectors: NDArray[np.float32]
    answers: NDArray[np.int64]


@torch.no_grad()
def embed_tasks(
    model: TaskClassifier, tasks: LabelledTasks, settings: TrainingConfig, device: torch.device
) -> EmbeddedTasks:
    """Ask ``model`` about every task in the fixed views that validation tasks have.

    A validation task's answer is the one that its training recorded at the last epoch.
    """
    model = model.to(device).eval()
    embedded: list[Tensor] = []

    def keep(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        embedded.append(given[0].float().cpu())

    # What the head is given is the embedding, however the model came by it.
    handle = model.head.register_forward_pre_hook(keep)
    try:
        logits = torch.cat(
            [
                model(batch.to(device).pairs).float().cpu()
                for batch in batches(
                    tasks,
                    validation_views(tasks, settings),
                    EVALUATION_BATCH,
                    model.needs,
                    settings.num_workers,
                )
            ]
        )
    finally:
        handle.remove()
    return EmbeddedTasks(
        _mean(torch.cat(embedded), len(tasks)).numpy(),
        _mean(logits, len(tasks)).argmax(dim=1).numpy(),
    )


def _mean(by_view: Tensor, n_tasks: int) -> Tensor:
    """Mean over each task's views, which stand together."""
    return by_view.view(n_tasks, -1, by_view.shape[1]).mean(dim=1)
