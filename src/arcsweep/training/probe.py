"""What an audit may ask of the classifier: does a parameter change anything, what does it cost."""

import hashlib
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from arcsweep.config.training import TrainingConfig
from arcsweep.protocol import Footprint, Params, Rehearsal
from arcsweep.training.batches import Batch, assemble
from arcsweep.training.data import LabelledTasks, TrainingData
from arcsweep.training.outcomes import memory_as_outcome
from arcsweep.training.run import TrainingRun
from arcsweep.training.views import training_views

_SMALL_TASKS = 12
_MIN_CELLS = 9.0
"""Mean cells of a small task's grids: below, a 3×3 convolution sees nothing but edges."""

_HELD_VIEWS = 4
"""Views that held_mb really trains on."""

_BYTES_PER_WEIGHT = 16
"""A float32 weight, its gradient and AdamW's two moments."""

_BYTES_PER_AVERAGED_WEIGHT = 4
"""Beside those, with average_weights."""


@dataclass(frozen=True)
class ClassifierProbe:
    """Rehearses on the smallest grids of the training tasks, measures on the largest batch.

    largest_batch: of the search space, in views; a rehearsal has one view more, so that every
        batch size trains differently, unless a real epoch has fewer.
    """

    data: TrainingData
    settings: TrainingConfig
    largest_batch: int

    @property
    def epochs(self) -> int:
        return self.settings.epochs

    @property
    def earliest_end(self) -> int:
        """Early stopping can act ``early_stop_patience`` epochs after the first."""
        patience = self.settings.early_stop_patience
        return min(self.epochs, patience + 1) if patience else self.epochs

    def rehearse(self, params: Params, seed: int, epochs: int) -> Rehearsal:
        """Train the real model on small grids; the outcome is its weights and its validation."""
        changed = {"epochs": epochs, "views_per_epoch": 1, "num_workers": 0, "device": "cpu"}
        settings = self.settings.model_copy(update=changed)
        with memory_as_outcome():
            run = TrainingRun(self._small_data(), params, settings, seed)
            losses = []
            while not run.finished:
                metrics = run.next_epoch()
                losses += [metrics["train_loss"], metrics["validation_loss"]]
        digest = hashlib.sha256(np.array(losses, np.float64).tobytes())
        for name, weights in sorted(run.model.state_dict().items()):
            digest.update(f"{name}{tuple(weights.shape)}".encode())
            digest.update(weights.contiguous().numpy().tobytes())
        return Rehearsal(digest.hexdigest())

    def held_mb(self, params: Params, seed: int) -> float:
        """A step on a few small views, scaled to the batch, and the weights' and optimizer's bytes.

        Weights that a step keeps are scaled as well, which overstates them; it is for ranking.
        """
        settings = self.settings.model_copy(update={"views_per_epoch": 1, "device": "cpu"})
        small, batch_size, held = self._small_data(), int(params["batch_size"]), _Held()
        n_views = min(batch_size, _HELD_VIEWS)
        with memory_as_outcome():
            run = TrainingRun(small, params, settings, seed)
            views = training_views(small.train, settings, seed, 1)
            batch = assemble(small.train, views, slice(0, n_views), run.model.needs)
            with torch.autograd.graph.saved_tensors_hooks(held.add, _same):
                run.step(batch)
        of_weight = _BYTES_PER_WEIGHT
        of_weight += _BYTES_PER_AVERAGED_WEIGHT if params.get("average_weights") else 0
        kept = held.n_bytes * batch_size / n_views
        return float(kept + of_weight * run.facts()["n_parameters"]) / 2**20

    def footprint(self, params: Params, seed: int, share: float) -> Footprint:
        """Two training steps on the heaviest batch of the first epoch, and a validation batch."""
        with memory_as_outcome():
            run = TrainingRun(self.data, params, self.settings, seed)
            batch, epoch_share = self._heaviest_batch(run, params, seed, share)
            run.step(batch)  # allocates the optimizer's state, warms caches up
            step_s = _seconds(lambda: run.step(batch))
            checks = run.validation_batches
            check_s = _seconds(lambda: _evaluate(run, checks[0]))
        epoch_s = step_s / epoch_share + check_s * len(checks)
        return Footprint(_peak_mb(), epoch_s, run.facts()["n_parameters"])

    def _heaviest_batch(
        self, run: TrainingRun, params: Params, seed: int, share: float
    ) -> tuple[Batch, float]:
        """The batch with most cells, cut to ``share``, and its share of an epoch's cells."""
        size = int(params["batch_size"])
        views = training_views(self.data.train, self.settings, seed, 1)
        areas = self.data.train.arrays.shapes.astype(np.int64).max(axis=1).prod(axis=1)
        cells = np.where(views.examples >= 0, areas[views.examples], 0).sum(axis=1)
        starts = range(0, len(views), size)
        first = max(starts, key=lambda at: int(cells[at : at + size].sum()))
        n_views = min(size, len(views) - first)
        members = slice(first, first + max(1, round(share * n_views)))
        batch = assemble(self.data.train, views, members, run.model.needs)
        return batch.to(run.device), float(cells[members].sum() / cells.sum())

    def _small_data(self) -> TrainingData:
        train = self.data.train
        n_views = min(len(train) * self.settings.views_per_epoch, self.largest_batch + 1)
        small = _smallest(train)
        rows = np.resize(small, n_views)
        validation = _smallest(self.data.validation)[:4]
        return TrainingData(
            LabelledTasks(train.arrays, train.rows[rows], train.labels[rows]),
            LabelledTasks(
                train.arrays,
                self.data.validation.rows[validation],
                self.data.validation.labels[validation],
            ),
            self.data.centroids,
        )


class _Held:
    """Counts the bytes that the forward passes keep for the backward ones."""

    def __init__(self) -> None:
        self.n_bytes = 0

    def add(self, tensor: torch.Tensor) -> torch.Tensor:
        self.n_bytes += tensor.numel() * tensor.element_size()
        return tensor


def _same(tensor: torch.Tensor) -> torch.Tensor:
    return tensor


def _smallest(tasks: LabelledTasks) -> NDArray[np.int64]:
    """Numbers of the tasks with the smallest grids that are no mere points."""
    areas = tasks.arrays.shapes.astype(np.int64).prod(axis=2).mean(axis=1)
    first = tasks.arrays.first_example
    means = np.array([areas[first[row] : first[row + 1]].mean() for row in tasks.rows.tolist()])
    means[means < _MIN_CELLS] += means.max()
    return np.argsort(means, kind="stable")[:_SMALL_TASKS]


@torch.no_grad()
def _evaluate(run: TrainingRun, batch: Batch) -> None:
    run.model.eval()
    run.model(batch.pairs)
    run.model.train()


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


def _peak_mb() -> float:
    """Most memory that this process ever held, in MiB.

    Not getrusage where Linux says better: its figure starts with what the parent held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
