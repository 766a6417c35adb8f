"""A small, easy problem for the tests of training."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arcsweep.config.training import TrainingConfig
from arcsweep.protocol import EpochReport, StopTraining
from arcsweep.tasks.arrays import TaskArrays
from arcsweep.training.data import TrainingData

Grid = NDArray[np.uint8]

_CACHE = tempfile.TemporaryDirectory()

OPERATIONS: dict[str, Callable[[Grid], Grid]] = {
    "C1": lambda grid: (grid + 1) % 10,
    "K1": lambda grid: grid.repeat(2, axis=0).repeat(2, axis=1),
    "S2": lambda grid: np.concatenate([grid, grid], axis=1),
    "L1": lambda grid: grid.copy(),
}

SHARED: dict[str, Any] = {
    "lr": 3e-3,
    "batch_size": 8,
    "weight_decay": 0.01,
    "label_smoothing": 0.1,
    "embed_dim": 32,
    "use_scheduler": True,
    "use_cosine": True,
    "temperature": 10.0,
}
CNN: dict[str, Any] = {
    **SHARED,
    "encoder_type": "cnn",
    "demo_agg": "flatten",
    "width_mult": 0.5,
    "depth": 3,
    "mlp_hidden": 64,
    "use_coords": True,
}
CONTEXT: dict[str, Any] = {
    **SHARED,
    "encoder_type": "context",
    "ctx_d_model": 32,
    "ctx_n_head": 4,
    "ctx_pixel_layers": 1,
    "ctx_grid_layers": 1,
    "ctx_dropout": 0.1,
}


def settings(**changed: Any) -> TrainingConfig:
    """Short training on the CPU without threads."""
    return TrainingConfig(**{"epochs": 4, "num_workers": 0, "device": "cpu", **changed})


def task_arrays(tasks: Mapping[str, list[tuple[Grid, Grid]]]) -> TaskArrays:
    """Arrays of these examples."""
    ids = sorted(tasks)
    examples = [pair for task in ids for pair in tasks[task]]
    grids = [grid for pair in examples for grid in pair]
    areas = np.array([grid.size for grid in grids], np.int64)
    cells = np.concatenate([grid.ravel() for grid in grids])
    return TaskArrays(
        task_ids=tuple(ids),
        first_example=np.cumsum([0, *(len(tasks[task]) for task in ids)]),
        shapes=np.array([grid.shape for grid in grids], np.uint8).reshape(-1, 2, 2),
        offsets=(np.cumsum(areas) - areas).reshape(-1, 2),
        cells=cells,
        content_hash=hashlib.sha256(cells.tobytes()).hexdigest(),
        cache_dir=Path(_CACHE.name),
    )


def easy_data(n_examples: int = 8, tasks_per_category: int = 10) -> TrainingData:
    """Four categories told apart by what happens to the input; a fifth of the tasks validates."""
    rng = np.random.default_rng(0)
    tasks, train, validation = {}, {}, {}
    for category, operation in OPERATIONS.items():
        for number in range(tasks_per_category):
            task = f"{category}{number:02}"
            grids = [
                rng.integers(0, 10, rng.integers(2, 8, 2), dtype=np.uint8)
                for _ in range(n_examples)
            ]
            tasks[task] = [(grid, operation(grid).astype(np.uint8)) for grid in grids]
            (validation if number % 5 == 0 else train)[task] = category
    centroids = rng.normal(size=(9, 6)).astype(np.float32)
    return TrainingData.of(task_arrays(tasks), train, validation, centroids)


class Recorder:
    """A reporter that keeps everything, and can go away after some epochs of its own."""

    def __init__(self, saved: bytes | None = None, leave_after: int | None = None) -> None:
        self.reports: list[EpochReport] = []
        self.states: list[bytes] = []
        self.facts: dict[str, Any] = {}
        self._saved, self._leave_after = saved, leave_after

    def saved_state(self) -> bytes | None:
        return self._saved

    def describe(self, facts: Mapping[str, Any]) -> None:
        self.facts.update(facts)

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        self.reports.append(report)
        self.states.append(state())
        if self._leave_after == len(self.reports):
            raise StopTraining

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """Metrics of all epochs without the time they took."""
        return [
            {name: value for name, value in report.metrics.items() if name != "epoch_seconds"}
            for report in self.reports
        ]
