"""From the saved models of the extended runs to the embeddings of all labelled tasks."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from arcsweep.baseline.statistics import task_statistics
from arcsweep.config import Config
from arcsweep.embeddings.projection import FloatArray, project, unit_length
from arcsweep.embeddings.record import STATISTICS, Embeddings, Pairs, Space
from arcsweep.extended.store import hash_file
from arcsweep.labels.json_file import read_json_object
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.paths import Paths
from arcsweep.selection.groups import group_names
from arcsweep.split.split import Split, load_split
from arcsweep.tasks.arrays import TaskArrays, load_task_arrays
from arcsweep.training.data import LabelledTasks
from arcsweep.training.device import choose_device
from arcsweep.training.embedding import embed_tasks
from arcsweep.training.saved_model import load_model

logger = logging.getLogger(__name__)

DRAWN_PAIRS = 3
"""Demonstration pairs of each task that are kept for drawing."""

BEST = 1
"""Rank of the configuration that is asked."""


def build_embeddings(config: Config, paths: Paths) -> Embeddings:
    """Every task of the split for the best configuration of each group, and in statistics.

    A group without a usable model is named among the missing ones, with the reason.
    Raises InputError when the data, the split or a record is missing or damaged.
    """
    split = load_split(paths.split)
    arrays = load_task_arrays(paths.data_dir, paths.manifest, paths.cache)
    tasks = LabelledTasks.of(arrays, {**split.train, **split.validation})
    spaces, missing = [], {}
    for group in group_names(config.study.space, config.selection.by):
        models, reason = _models(config, paths, group)
        if models:
            spaces.append(_group_space(config, group, tasks, models))
            logger.info("%s: %d tasks embedded by %d models", group, len(tasks), len(models))
        else:
            missing[group] = reason
            logger.info("%s has no embeddings: %s", group, reason)
    n = config.baseline.max_examples
    statistics = np.array([task_statistics(arrays, row, n) for row in tasks.rows.tolist()])
    spaces.append(_space(STATISTICS, STATISTICS, _standardised(statistics), (), {}))
    of_tasks = _of_tasks(arrays, tasks, split, _described(arrays, tasks, n))
    return replace(of_tasks, spaces=tuple(spaces), missing=missing)


def _models(
    config: Config, paths: Paths, group: str
) -> tuple[list[tuple[dict[str, Any], Path]], str]:
    """Records and model files of the group's best configuration; without any, why."""
    found, reason = [], "its best configuration was not trained again yet"
    for seed in config.extended.seeds:
        path = paths.extended_record(group, BEST, seed)
        if not path.exists():
            continue
        record = read_json_object(path, "run `arcsweep extended` for this slot again")
        if record.get("empty"):
            reason = str(record.get("reason") or reason)
            continue
        model = paths.study_dir / str(record.get("model"))
        if model.is_file() and hash_file(model) == record.get("model_sha256"):
            found.append((record, model))
        else:
            reason = f"the saved model of seed {seed} is missing or was changed"
    return found, reason


def _group_space(
    config: Config, group: str, tasks: LabelledTasks, models: Sequence[tuple[dict[str, Any], Path]]
) -> Space:
    device = choose_device(config.training.device)
    parts, answers = [], []
    for _, path in models:
        model, _ = load_model(path)
        embedded = embed_tasks(model, tasks, config.training, device)
        parts.append(unit_length(embedded.vectors.astype(np.float64)))
        answers.append(tuple(CATEGORIES[answer] for answer in embedded.answers.tolist()))
    facts = {
        "trial": models[0][0]["trial"],
        "seeds": [record["seed"] for record, _ in models],
        "models_sha256": [record["model_sha256"] for record, _ in models],
    }
    return _space("group", group, np.concatenate(parts, axis=1), tuple(answers), facts)


def _space(
    kind: str,
    name: str,
    vectors: FloatArray,
    answers: tuple[tuple[str, ...], ...],
    facts: dict[str, Any],
) -> Space:
    projection = project(vectors)
    told = {**facts, "map": projection.method, "kept": projection.kept}
    return Space(kind, name, vectors.astype(np.float32), projection.places, answers, told)


def _standardised(table: FloatArray) -> FloatArray:
    """Columns at mean 0 and standard deviation 1; one that never varies says nothing."""
    spread = table.std(axis=0)
    standardised: FloatArray = np.zeros_like(table)
    np.divide(table - table.mean(axis=0), spread, out=standardised, where=spread > 1e-12)
    return standardised


def _of_tasks(
    arrays: TaskArrays, tasks: LabelledTasks, split: Split, described: tuple[FloatArray, FloatArray]
) -> Embeddings:
    return Embeddings(
        tasks=tuple(tasks.task_ids),
        categories=tuple(CATEGORIES[label] for label in tasks.labels.tolist()),
        trained=tuple(task in split.train for task in tasks.task_ids),
        pairs=tuple(_pairs(arrays, row) for row in tasks.rows.tolist()),
        cells=described[0],
        colours=described[1],
        spaces=(),
        missing={},
    )


def _pairs(arrays: TaskArrays, row: int) -> Pairs:
    first, end = arrays.first_example[row : row + 2].tolist()
    numbers = range(first, min(end, first + DRAWN_PAIRS))
    return tuple((arrays.grid(number, 0), arrays.grid(number, 1)) for number in numbers)


def _described(
    arrays: TaskArrays, tasks: LabelledTasks, max_examples: int
) -> tuple[FloatArray, FloatArray]:
    """Mean cells of a grid and mean number of colours of a pair, for each task."""
    cells, colours = [], []
    for row in tasks.rows.tolist():
        first, end = arrays.first_example[row : row + 2].tolist()
        numbers = range(first, min(end, first + max_examples))
        pairs = [(arrays.grid(number, 0), arrays.grid(number, 1)) for number in numbers]
        cells.append(np.mean([grid.size for pair in pairs for grid in pair]))
        colours.append(np.mean([len(np.union1d(*pair)) for pair in pairs]))
    return np.array(cells), np.array(colours)
