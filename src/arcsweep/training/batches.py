"""Batches of views, assembled ahead of the step that needs them."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from arcsweep.encoders.pairs import Needs, PairBatch, build_pairs
from arcsweep.training.data import LabelledTasks
from arcsweep.training.views import EMPTY, Views

BATCHES_AHEAD_PER_THREAD = 2


@dataclass(frozen=True)
class Batch:
    """pairs: what the model sees. labels: int64 (B,), each task's index into CATEGORIES."""

    pairs: PairBatch
    labels: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The batch on ``device``."""
        if device == self.labels.device:
            return self
        labels = self.labels.pin_memory().to(device, non_blocking=True)
        return Batch(self.pairs.to(device), labels)


def assemble(
    tasks: LabelledTasks,
    views: Views,
    members: slice,
    needs: Needs,
    canvas: int | None = None,
) -> Batch:
    """The batch of these members of ``views``; a function of its arguments alone.

    needs: of the model. canvas: see build_pairs.
    """
    examples = views.examples[members]
    filled = examples != EMPTY
    pairs_per_task, chosen = filled.sum(axis=1), examples[filled]
    permutations = None
    if views.permutations is not None:
        permutations = np.repeat(views.permutations[members], pairs_per_task, axis=0)
    arrays = tasks.arrays
    pairs = build_pairs(
        arrays.cells,
        arrays.offsets[chosen],
        arrays.shapes[chosen],
        pairs_per_task,
        permutations,
        needs.n_resolutions,
        canvas,
        tasks.statistics[chosen] if needs.statistics else None,
    )
    return Batch(pairs, torch.from_numpy(tasks.labels[views.tasks[members]]))


def batches(
    tasks: LabelledTasks, views: Views, batch_size: int, needs: Needs, num_workers: int
) -> Iterator[Batch]:
    """Batches of ``batch_size`` views in their order, the last one smaller.

    num_workers: threads that assemble ahead; the batches are equal for any number of them.
    """
    members = [slice(at, at + batch_size) for at in range(0, len(views), batch_size)]
    return ahead(
        [lambda m=m: assemble(tasks, views, m, needs) for m in members],  # type: ignore[misc]
        num_workers,
    )


def ahead(jobs: Sequence[Callable[[], Batch]], num_workers: int) -> Iterator[Batch]:
    """Results of ``jobs`` in order, computed by ``num_workers`` threads (0: by the caller)."""
    if num_workers == 0:
        yield from (job() for job in jobs)
        return
    with ThreadPoolExecutor(num_workers, "batches") as pool:
        waiting: deque[Future[Batch]] = deque()
        try:
            for job in jobs:
                waiting.append(pool.submit(job))
                if len(waiting) > num_workers * BATCHES_AHEAD_PER_THREAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
