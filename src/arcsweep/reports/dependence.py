"""How accuracy depends on what a task looks like, and on how many there were to learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from scipy.stats import spearmanr, t

from arcsweep.embeddings.record import Embeddings
from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.groups import Group
from arcsweep.reports.judged import Judged
from arcsweep.reports.rows import Chart, Reference, Row, share_chart
from arcsweep.reports.statistics import Interval, score_difference
from arcsweep.reports.words import count, points_with_spread, with_spread

MIN_TASKS_PER_BAND = 4
MAX_BANDS = 4
MIN_CATEGORIES = 5


@dataclass(frozen=True)
class Band:
    """Judged tasks whose size (or number of colours) lies in a range; accuracies by group."""

    label: str
    tasks: tuple[str, ...]
    accuracies: tuple[Interval | None, ...]


@dataclass(frozen=True)
class Dependence:
    """name: of the file. quantity, low, high: in words, as in "grids", "the smallest" and "the
    largest". differences: for each group the last band minus the first, simultaneous over groups
    and quantities; None where there are too few tasks or no runs."""

    name: str
    quantity: str
    low: str
    high: str
    n_tasks: int
    bands: tuple[Band, ...]
    differences: tuple[Interval | None, ...]


def dependences(
    groups: tuple[Group, ...],
    tasks: Sequence[str],
    embeddings: Embeddings | None,
    judged: Judged,
    confidence: float,
) -> tuple[Dependence, ...]:
    """By grid size and by number of colours, over judged ``tasks``; none without the record."""
    if embeddings is None:
        return ()
    rows = {task: row for row, task in enumerate(embeddings.tasks)}
    known = [task for task in tasks if task in rows]
    cells = {task: float(embeddings.cells[rows[task]]) for task in known}
    colours = {task: float(embeddings.colours[rows[task]]) for task in known}
    level = 1 - (1 - confidence) / max(1, 2 * len(groups))
    return (
        _dependence("grid-size", "cells per grid", "the smallest grids", "the largest", cells, 0,
                    groups, judged, confidence, level),
        _dependence("colours", "colours per pair", "the fewest colours", "the most", colours, 1,
                    groups, judged, confidence, level),
    )  # fmt: skip


def dependence_chart(found: Dependence, groups: tuple[Group, ...], chance: float) -> Chart:
    """Accuracy of each group in each band."""
    rows = [
        Row(
            f"{band.label} {found.quantity}",
            with_spread(interval),
            interval,
            group.index,
            f"{group.label}, {count(len(band.tasks), 'task')}",
        )
        for at, group in enumerate(groups)
        for band in found.bands
        for interval in [band.accuracies[at]]
    ]
    title = f"Accuracy by {found.quantity}"
    return share_chart(title, rows, (Reference("chance", chance),))


def dependence_words(found: Dependence, groups: tuple[Group, ...], judged: Judged) -> str:
    """What the bands say, in a sentence."""
    if len(found.bands) < 2:
        n = 2 * MIN_TASKS_PER_BAND
        return f"Not enough to say: {count(found.n_tasks, judged.task_noun)}, {n} are needed."
    told = []
    for group, difference in zip(groups, found.differences, strict=True):
        if difference is not None:
            verdict = "" if difference.excludes_zero else ", which may be chance"
            told.append(f"{group.label} {points_with_spread(difference)}{verdict}")
    if not told:
        return f"There are no {judged.runs_noun} to say."
    return f"From {found.low} to {found.high}: {'; '.join(told)}."


def training_tasks_chart(categories: Sequence[CategoryResult], chance: float) -> Chart:
    """Accuracy of each category by group, those with the fewest training tasks first."""
    judged = sorted((c for c in categories if c.n_judged), key=lambda c: (c.n_taught, c.code))
    n_groups = max((len(c.accuracies) for c in judged), default=0)
    rows = [
        Row(
            f"{category.code}, {category.n_taught} to train with",
            with_spread(accuracy.judged),
            accuracy.judged,
            accuracy.group.index,
            f"{accuracy.group.label}, {count(category.n_judged, 'task')} judged",
        )
        for at in range(n_groups)
        for category in judged
        for accuracy in [category.accuracies[at]]
    ]
    title = "Accuracy by number of training tasks of the category"
    return share_chart(title, rows, (Reference("chance", chance),))


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation, from -1 to 1, with its interval; n: categories behind it."""

    group: Group
    estimate: float
    low: float
    high: float
    n: int

    @property
    def told(self) -> bool:
        return self.low > 0 or self.high < 0


def training_tasks_correlations(
    categories: Sequence[CategoryResult], groups: tuple[Group, ...], confidence: float
) -> tuple[Correlation, ...]:
    """Do categories with more training tasks go with higher accuracy; none for too few.

    Interval: Bonett & Wright (2000), Psychometrika 65, 23-28, on Fisher's z with Student's
    t, for there are at most nine categories.
    """
    found = []
    for at, group in enumerate(groups):
        pairs = [
            (category.n_taught, judged.estimate)
            for category in categories
            if (judged := category.accuracies[at].judged) is not None
        ]
        sides = np.array(pairs).reshape(-1, 2).T
        if len(pairs) < MIN_CATEGORIES or any(len(set(side)) < 2 for side in sides.tolist()):
            continue
        r = float(spearmanr(sides[0], sides[1]).statistic)
        inside = min(max(r, -0.999), 0.999)
        quantile = float(t.ppf(0.5 + confidence / 2, len(pairs) - 2))
        half = quantile * sqrt((1 + r**2 / 2) / (len(pairs) - 3))
        low, high = tanh(atanh(inside) - half), tanh(atanh(inside) + half)
        found.append(Correlation(group, r, low, high, len(pairs)))
    return tuple(found)


def _dependence(
    name: str, quantity: str, low: str, high: str, values: Mapping[str, float], digits: int,
    groups: tuple[Group, ...], judged: Judged, confidence: float, level: float,
) -> Dependence:  # fmt: skip
    bands = tuple(
        Band(
            _label(band, values, digits),
            band,
            tuple(_accuracy(g, band, judged, confidence) for g in groups),
        )
        for band in _bands(values)
    )
    differences: tuple[Interval | None, ...] = (None,) * len(groups)
    if len(bands) > 1:
        ends = bands[0].tasks, bands[-1].tasks
        differences = tuple(_between(g, *ends, judged, level) for g in groups)
    return Dependence(name, quantity, low, high, len(values), bands, differences)


def _bands(values: Mapping[str, float]) -> list[tuple[str, ...]]:
    """Tasks in ranges of about equal numbers; equal values share a range. None for too few."""
    n_bands = min(MAX_BANDS, len(values) // MIN_TASKS_PER_BAND)
    if n_bands < 2:
        return []
    numbers = np.array(list(values.values()))
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, n_bands + 1)[1:-1]))
    index = np.searchsorted(edges, numbers, side="left")
    tasks = np.array(list(values), dtype=object)
    return [tuple(tasks[index == band].tolist()) for band in np.unique(index)]


def _label(tasks: Sequence[str], values: Mapping[str, float], digits: int) -> str:
    inside = [values[task] for task in tasks]
    low, high = f"{min(inside):.{digits}f}", f"{max(inside):.{digits}f}"
    return low if low == high else f"{low} to {high}"


def _accuracy(
    group: Group, tasks: Sequence[str], judged: Judged, confidence: float
) -> Interval | None:
    marks = judged.marks_of(group.name)
    return None if marks is None else marks.on(tasks).accuracy(confidence)


def _between(
    group: Group, first: Sequence[str], last: Sequence[str], judged: Judged, level: float
) -> Interval | None:
    """Other tasks on each side: independent, as Newcombe's interval takes them."""
    low, high = (_accuracy(group, tasks, judged, level) for tasks in (first, last))
    return None if low is None or high is None else score_difference(low, high)
