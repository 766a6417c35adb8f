"""Groups against each other and against guessing."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.reports.groups import Group
from arcsweep.reports.scores import Resampling, Scores
from arcsweep.reports.statistics import Interval
from arcsweep.split.split import Split


@dataclass(frozen=True)
class Baselines:
    """What needs no model.

    chance: of guessing one of the nine categories, exactly.
    majority: accuracy on the validation tasks of always naming ``majority_category``, the one
        with most training tasks.
    """

    chance: float
    majority_category: str
    majority: Interval
    majority_scores: Scores


@dataclass(frozen=True)
class Comparison:
    """``second`` minus ``first``, paired over tasks.

    all_selected: all selected configurations of each, trained again or on folds.
    first_only: the first selected configuration of each, likewise.
    p: of the paired test that all_selected is no difference; None where no test was made.
    """

    first: Group
    second: Group
    all_selected: Interval | None
    first_only: Interval | None
    p: float | None = None


def baselines(split: Split, resampling: Resampling) -> Baselines:
    """Chance and majority class of ``split``; among equals the category that comes first wins."""
    counts = Counter(split.train.values())
    majority = max(CATEGORIES, key=lambda category: counts[category])
    named = dict.fromkeys(split.validation, majority)
    scores = Scores.of([named], [1], split.validation)
    return Baselines(1 / len(CATEGORIES), majority, resampling.accuracy(scores), scores)


def comparisons(groups: tuple[Group, ...], resampling: Resampling) -> tuple[Comparison, ...]:
    """Every pair of groups; several pairs share the error that one alone may have (Bonferroni)."""
    n_pairs = len(groups) * (len(groups) - 1) // 2
    level = 1 - (1 - resampling.confidence) / max(1, n_pairs)
    resampling = replace(resampling, confidence=level)
    return tuple(
        Comparison(
            first,
            second,
            difference(first.scores, second.scores, resampling),
            difference(_first_scores(first), _first_scores(second), resampling),
        )
        for first, second in combinations(groups, 2)
    )


def difference(
    first: Scores | None, second: Scores | None, resampling: Resampling
) -> Interval | None:
    """``second`` minus ``first``; None when either has no runs."""
    if first is None or second is None:
        return None
    return resampling.difference(first, second)


def _first_scores(group: Group) -> Scores | None:
    """Runs of the group's first selected configuration."""
    if group.scores is None or not np.any(group.scores.configurations == 1):
        return None
    return group.scores.of_configuration(1)
