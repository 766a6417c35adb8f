"""The forest never answers for a task that it has seen."""

import numpy as np
import pytest
from numpy.typing import NDArray

from arcsweep.baseline.forest import (
    cross_validate,
    make_forest,
    most_probable,
    predict_split,
    vote,
)
from arcsweep.labels.taxonomy import CATEGORIES

LABELS = {f"t{i:02}": ("S1", "S3", "C1")[i % 3] for i in range(45)} | {"rare": "A1"}


def noise() -> dict[str, NDArray[np.float64]]:
    generator = np.random.default_rng(0)
    return {task: generator.normal(size=6) for task in LABELS}


def told() -> dict[str, NDArray[np.float64]]:
    """Statistics that give the category away."""
    return {task: np.array([ord(c) for c in category]) for task, category in LABELS.items()}


def accuracy(answers: list[dict[str, str]]) -> float:
    return float(np.mean([answer[t] == LABELS[t] for answer in answers for t in LABELS]))


def test_every_task_is_answered_once_in_each_repeat() -> None:
    answers = cross_validate(noise(), LABELS, 10, 5, 3, 0)
    assert len(answers) == 3
    assert all(answer.keys() == LABELS.keys() for answer in answers)
    assert answers == cross_validate(noise(), LABELS, 10, 5, 3, 0)


def test_noise_teaches_nothing_and_a_clue_all_but_the_category_with_one_task() -> None:
    assert accuracy(cross_validate(noise(), LABELS, 25, 5, 4, 0)) < 0.55
    answers = cross_validate(told(), LABELS, 25, 5, 2, 0)
    assert accuracy(answers) == 45 / 46
    assert answers[0]["rare"] != "A1"


def test_the_most_probable_category_is_the_answer() -> None:
    train = {task: c for task, c in LABELS.items() if task != "rare" and task < "t30"}
    judged = {task: c for task, c in LABELS.items() if task >= "t30"}
    table = noise()
    found = vote(table, train, judged, 11, 3)
    rows, labels = [table[task] for task in train], list(train.values())
    forest = make_forest(11, 3).fit(rows, labels)
    named = dict(zip(judged, forest.predict([table[task] for task in judged]), strict=True))
    assert most_probable(found) == named
    assert predict_split(table, train, judged, 11, [3]) == [named]
    assert all(sum(p) == pytest.approx(1) for p in found.values())
    assert all(p[CATEGORIES.index("A1")] == 0 for p in found.values()), "none in training"


def test_forests_of_the_split_learn_from_its_training_tasks_alone() -> None:
    train = {task: category for task, category in LABELS.items() if category != "C1"}
    validation = {task: category for task, category in LABELS.items() if category == "C1"}
    for answer in predict_split(told(), train, validation, 10, [0, 1]):
        assert answer.keys() == validation.keys()
        assert "C1" not in answer.values()
