"""The baseline's record: answers of forests and of guessing, and what they amount to."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from arcsweep.baseline.forest import cross_validate, most_probable, predict_split, vote
from arcsweep.baseline.statistics import SUMMARIES, task_statistics
from arcsweep.config.baseline import BaselineConfig
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.split.folds import Folds
from arcsweep.split.split import Split
from arcsweep.tasks.arrays import TaskArrays
from arcsweep.tasks.statistics import N_STATISTICS

DIGITS = 4
"""Of stored probabilities."""


def baseline_record(
    arrays: TaskArrays, labels: Mapping[str, str], split: Split, config: BaselineConfig, seed: int
) -> dict[str, Any]:
    """Chance, majority class and forest on ``labels`` (task id → category) and on ``split``.

    Forests of the split train on its training tasks alone, as the encoders do.
    """
    started = time.perf_counter()
    rows = {task: row for row, task in enumerate(arrays.task_ids)}
    table = {task: task_statistics(arrays, rows[task], config.max_examples) for task in labels}
    statistics_s = time.perf_counter() - started
    repeats = cross_validate(table, labels, config.trees, config.folds, config.repeats, seed)
    answers = predict_split(table, split.train, split.validation, config.trees, config.seeds)
    majority = max(CATEGORIES, key=Counter(labels.values()).__getitem__)
    return {
        "method": _method(config),
        "settings": config.model_dump(mode="json"),
        "chance": 1 / len(CATEGORIES),
        "majority": Counter(labels.values())[majority] / len(labels),
        "cross_validation": {"truth": dict(labels), "predictions": repeats},
        "split": {"predictions": answers},
        "seconds": {
            "statistics": round(statistics_s, 1),
            "all": round(time.perf_counter() - started, 1),
        },
    }


def fold_record(
    arrays: TaskArrays, split: Split, folds: Folds, config: BaselineConfig
) -> dict[str, Any]:
    """A forest on each of ``folds``, trained on its training side: one answer a task and repeat.

    ``predictions`` has the answers, ``probabilities`` what they were chosen from, in CATEGORIES'
    order. The seed of a fold's forest is the fold's number, as an encoder's is.
    """
    started = time.perf_counter()
    rows = {task: row for row, task in enumerate(arrays.task_ids)}
    labelled = {**split.train, **split.validation}
    table = {task: task_statistics(arrays, rows[task], config.max_examples) for task in labelled}
    answers: list[dict[str, str]] = [{} for _ in folds.repeats]
    probabilities: list[dict[str, list[float]]] = [{} for _ in folds.repeats]
    for number in range(len(folds)):
        fold = folds.fold(number, split)
        votes = vote(table, fold.train, fold.judged, config.trees, number)
        answers[number // folds.folds] |= most_probable(votes)
        probabilities[number // folds.folds] |= {
            task: [round(share, DIGITS) for share in shares] for task, shares in votes.items()
        }
    return {
        "method": _method(config),
        "folds": folds.folds,
        "folds_hash": folds.content_hash,
        "predictions": answers,
        "probabilities": probabilities,
        "seconds": round(time.perf_counter() - started, 1),
    }


def _method(config: BaselineConfig) -> str:
    return (
        f"random forest of {config.trees} trees on {len(SUMMARIES)} summaries "
        f"({', '.join(SUMMARIES)}) of {N_STATISTICS} statistics of the grids"
    )
