"""Views: which demonstration pairs of a task are shown together, and in which colours."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arcsweep.config.training import TrainingConfig
from arcsweep.encoders.pairs import NO_CELL
from arcsweep.training.data import LabelledTasks

EMPTY = -1
"""In ``Views.examples``: the task has fewer pairs than a view may show."""

_TRAINING, _VALIDATION = 0, 1  # keep the two kinds of random streams apart


@dataclass(frozen=True)
class Views:
    """V views in the order in which they are shown.

    tasks: int64 (V,), number within LabelledTasks.
    examples: int64 (V, n_demos), examples in TaskArrays or, after the last, EMPTY.
    permutations: uint8 (V, 11), colour → colour, NO_CELL to itself; None leaves colours alone.
    """

    tasks: NDArray[np.int64]
    examples: NDArray[np.int64]
    permutations: NDArray[np.uint8] | None

    def __len__(self) -> int:
        return len(self.tasks)


def training_views(tasks: LabelledTasks, settings: TrainingConfig, seed: int, epoch: int) -> Views:
    """``views_per_epoch`` views of every task, shuffled; a function of (seed, epoch) alone.

    The ten colours are permuted, background included: RE-ARC draws any colour as background, too.
    """
    rng = np.random.default_rng([seed, _TRAINING, epoch])
    shown = rng.permutation(np.tile(np.arange(len(tasks)), settings.views_per_epoch))
    counts = tasks.n_examples[shown]
    keys = rng.random((len(shown), max(int(counts.max()), settings.n_demos)))
    if not settings.random_demos:
        keys[:] = np.arange(keys.shape[1])
    keys[np.arange(keys.shape[1]) >= counts[:, None]] = np.inf
    chosen = np.argsort(keys, axis=1)[:, : settings.n_demos]
    chosen[chosen >= counts[:, None]] = EMPTY
    colours = rng.random((len(shown), NO_CELL)).argsort(axis=1).astype(np.uint8)
    permutations = np.concatenate([colours, np.full((len(shown), 1), NO_CELL, np.uint8)], axis=1)
    return Views(
        shown,
        _to_examples(tasks, shown, chosen),
        permutations if settings.color_permute else None,
    )


def validation_views(tasks: LabelledTasks, settings: TrainingConfig) -> Views:
    """``validation_views`` views of every task, task after task, in their own colours.

    They are the same in every epoch and for every trial, and a task's views do not depend on
    which other tasks validate. Views of a task share no pair as long as it has enough of them.
    """
    n_views, n_demos = settings.validation_views, settings.n_demos
    chosen = np.stack(
        [
            _fixed_choice(task_id, n_examples, n_views, n_demos, settings)
            for task_id, n_examples in zip(tasks.task_ids, tasks.n_examples.tolist(), strict=True)
        ]
    ).reshape(-1, n_demos)
    shown = np.repeat(np.arange(len(tasks)), n_views)
    return Views(shown, _to_examples(tasks, shown, chosen), None)


def _fixed_choice(
    task_id: str, n_examples: int, n_views: int, n_demos: int, settings: TrainingConfig
) -> NDArray[np.int64]:
    """Numbers (n_views, n_demos) of a task's examples, EMPTY where it has too few."""
    rng = np.random.default_rng([settings.seed, _VALIDATION, zlib.crc32(task_id.encode())])
    order = rng.permutation(n_examples) if settings.random_demos else np.arange(n_examples)
    numbers = np.arange(n_views * n_demos).reshape(n_views, n_demos)
    chosen = order[numbers % n_examples].astype(np.int64)
    chosen[:, n_examples:] = EMPTY
    return chosen


def _to_examples(
    tasks: LabelledTasks, shown: NDArray[np.int64], chosen: NDArray[np.int64]
) -> NDArray[np.int64]:
    first = tasks.arrays.first_example[tasks.rows[shown]]
    examples: NDArray[np.int64] = np.where(chosen == EMPTY, EMPTY, first[:, None] + chosen)
    return examples
