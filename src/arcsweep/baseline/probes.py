"""What forests and neighbours tell of the data themselves; the report’s diagnosis builds on it."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import rankdata

from arcsweep.baseline.forest import Table, cross_validate
from arcsweep.baseline.statistics import task_statistics
from arcsweep.config.baseline import BaselineConfig
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.tasks.arrays import TaskArrays
from arcsweep.tasks.statistics import N_COLOURS

N_NEIGHBOURS = 3
MAX_REPEATS = 2
"""Divisions into folds; each is one forest a fold for each probe."""

SHARES = {"quarter": 0.25, "half": 0.5, "all": 1.0}
"""Of the training tasks that a forest sees."""


def probe_record(
    arrays: TaskArrays, labels: Mapping[str, str], config: BaselineConfig, seed: int
) -> dict[str, Any]:
    """Nearest neighbours of every labelled task, and answers of forests that saw fewer tasks or
    the colours themselves; all forests have the same folds.

    labels: task id → category; ambiguous tasks are left out.
    """
    started = time.perf_counter()
    labels = {task: category for task, category in labels.items() if category in CATEGORIES}
    rows = {task: row for row, task in enumerate(arrays.task_ids)}
    table = {task: task_statistics(arrays, rows[task], config.max_examples) for task in labels}
    colours = {task: colour_shares(arrays, rows[task], config.max_examples) for task in labels}
    coloured = {task: np.concatenate([table[task], colours[task]]) for task in labels}
    repeats = min(MAX_REPEATS, config.repeats)

    def answers(of: Mapping[str, Table], share: float) -> list[dict[str, str]]:
        return cross_validate(of, labels, config.trees, config.folds, repeats, seed, share)

    return {
        "settings": {**config.model_dump(mode="json"), "repeats": repeats},
        "truth": labels,
        "neighbours": neighbours(table),
        "forests": {name: answers(table, share) for name, share in SHARES.items()},
        "with_colours": answers(coloured, 1.0),
        "seconds": round(time.perf_counter() - started, 1),
    }


def neighbours(table: Mapping[str, Table]) -> dict[str, list[str]]:
    """The ``N_NEIGHBOURS`` nearest other tasks of each, the nearest first.

    Distances are Euclidean between the ranks of the statistics, so that none outweighs the others
    by its unit.
    """
    tasks = list(table)
    ranks = np.apply_along_axis(rankdata, 0, np.array([table[task] for task in tasks]))
    squares = (ranks**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * ranks @ ranks.T
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :N_NEIGHBOURS]
    return {task: [tasks[i] for i in row] for task, row in zip(tasks, nearest, strict=True)}


def colour_shares(arrays: TaskArrays, row: int, max_examples: int) -> Table:
    """Mean share of the cells that each colour has, float64 (20,): inputs, then outputs.

    It is what permuting the colours takes away: the other statistics do not change with it.
    """
    first, end = arrays.first_example[row], arrays.first_example[row + 1]
    examples = range(int(first), min(int(end), int(first) + max_examples))
    shares = [
        [np.bincount(grid.ravel(), minlength=N_COLOURS)[:N_COLOURS] / grid.size
         for grid in (arrays.grid(example, side) for example in examples)]
        for side in (0, 1)
    ]  # fmt: skip
    return np.concatenate([np.mean(side, axis=0) for side in shares])
