"""The random forest: trained like an encoder on the search's split, and cross-validated."""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RepeatedStratifiedKFold

from arcsweep.labels.taxonomy import CATEGORIES

Table = NDArray[np.float64]


def make_forest(trees: int, seed: int) -> RandomForestClassifier:
    """Breiman's (2001) forest as scikit-learn has it, on one core a fit."""
    return RandomForestClassifier(n_estimators=trees, random_state=seed, n_jobs=1)


def predict_split(
    table: Mapping[str, Table],
    train: Mapping[str, str],
    validation: Mapping[str, str],
    trees: int,
    seeds: Sequence[int],
) -> list[dict[str, str]]:
    """One forest a seed on the tasks of ``train``; its answers for those of ``validation``.

    table: task id → statistics. The others are task id → category.
    """
    return [most_probable(vote(table, train, validation, trees, seed)) for seed in seeds]


def most_probable(votes: Mapping[str, Sequence[float]]) -> dict[str, str]:
    """Task → the first of CATEGORIES with the highest of its probabilities in ``votes``."""
    return {task: CATEGORIES[int(np.argmax(shares))] for task, shares in votes.items()}


def vote(
    table: Mapping[str, Table],
    train: Mapping[str, str],
    judged: Mapping[str, str],
    trees: int,
    seed: int,
) -> dict[str, list[float]]:
    """The forest's probability of each of CATEGORIES for each task of ``judged``.

    The arguments are those of :func:`predict_split`, but for one seed.
    """
    x_train = np.array([table[task] for task in train])
    forest = make_forest(trees, seed).fit(x_train, np.array(list(train.values())))
    shares = np.zeros((len(judged), len(CATEGORIES)))
    columns = [CATEGORIES.index(category) for category in forest.classes_.tolist()]
    shares[:, columns] = forest.predict_proba(np.array([table[task] for task in judged]))
    return dict(zip(judged, shares.tolist(), strict=True))


def cross_validate(
    table: Mapping[str, Table],
    labels: Mapping[str, str],
    trees: int,
    folds: int,
    repeats: int,
    seed: int,
    share: float = 1.0,
) -> list[dict[str, str]]:
    """One answer for every task in each of ``repeats``, by a forest that never saw the task.

    share: of each fold's training tasks that it does see, category by category, at least one of
    each. Equal labels, folds and seed give equal folds, whatever the table.
    """
    tasks = list(labels)
    x, y = np.array([table[task] for task in tasks]), np.array([labels[task] for task in tasks])
    splitter = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
    answers: list[dict[str, str]] = [{} for _ in range(repeats)]
    with warnings.catch_warnings():
        # Categories with fewer tasks than folds are missing from some folds, and stay in the sum.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for number, (train, test) in enumerate(splitter.split(x, y)):
            if share < 1:
                train = _part(train, y, share, seed + number)
            forest = make_forest(trees, seed + number).fit(x[train], y[train])
            named = forest.predict(x[test]).tolist()
            answers[number // folds].update(zip((tasks[i] for i in test), named, strict=True))
    return answers


def _part(
    train: NDArray[np.int64], y: NDArray[np.str_], share: float, seed: int
) -> NDArray[np.int64]:
    generator = np.random.default_rng(seed)
    kept = []
    for category in np.unique(y[train]):
        members = generator.permutation(train[y[train] == category])
        kept.append(members[: max(1, round(share * len(members)))])
    return np.concatenate(kept)
