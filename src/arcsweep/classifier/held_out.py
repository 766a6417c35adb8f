"""Predictions on tasks that trained none of the models: what calibration and threshold rest on."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Source = Literal["search-validation", "confirmation-folds"]

WARNINGS: dict[Source, str] = {
    "search-validation": (
        "The held-out tasks are the search's validation tasks: they selected the trials behind "
        "these models, so accuracy, calibration and precision on them flatter."
    ),
    "confirmation-folds": (
        "The held-out tasks are those of the confirmation folds, which selected nothing. Each was "
        "answered by models of the same settings that were trained without it; the exported models "
        "did train on it."
    ),
}
"""What a reader must know of each source."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """One prediction for each held-out task, made without having trained on it.

    source: where the tasks come from.
    tasks: n task ids. labels: int64 (n,), true category as index into CATEGORIES.
    probabilities: float64 (n, 9), rows sum to 1; the models' mean, not calibrated.
    """

    source: Source
    tasks: tuple[str, ...]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.tasks)

    def on(self, rows: NDArray[np.bool_]) -> "HeldOut":
        """Some of the tasks; rows: bool (n,)."""
        tasks = tuple(task for task, kept in zip(self.tasks, rows.tolist(), strict=True) if kept)
        return HeldOut(self.source, tasks, self.labels[rows], self.probabilities[rows])

    @property
    def warning(self) -> str:
        """What a reader of figures on these tasks must know."""
        return WARNINGS[self.source]
