"""Claims of what a run on a fold learns from."""

import numpy as np
import pytest

from arcsweep.confirmation.fold_data import FoldData
from arcsweep.labels.program import program_ids
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.split.folds import Fold

IDS = sorted(program_ids())[:24]
TRAIN = {task: CATEGORIES[n % 3] for n, task in enumerate(IDS[:18])}
JUDGED = {task: CATEGORIES[n % 3] for n, task in enumerate(IDS[18:])}


def centroids(train: dict[str, str], judged: dict[str, str]) -> np.ndarray:
    return FoldData(Fold(0, train, judged), None).centroids  # type: ignore[arg-type]


@pytest.mark.parametrize("task", [IDS[0], IDS[17]])
def test_centroids_change_with_a_training_task(task: str) -> None:
    relabelled = {**TRAIN, task: CATEGORIES[5]}
    without = {t: c for t, c in TRAIN.items() if t != task}
    for changed in (relabelled, without):
        assert not np.array_equal(centroids(changed, JUDGED), centroids(TRAIN, JUDGED))


def test_centroids_know_nothing_of_judged_tasks() -> None:
    relabelled = dict.fromkeys(JUDGED, CATEGORIES[5])
    for changed in (relabelled, {}, dict(list(JUDGED.items())[:2])):
        assert np.array_equal(centroids(TRAIN, changed), centroids(TRAIN, JUDGED))
