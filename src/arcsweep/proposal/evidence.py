"""What the trials of one group say of each value of each parameter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t

from arcsweep.config.space import ParameterConfig
from arcsweep.protocol import ParamValue
from arcsweep.reports.levels import levels_of
from arcsweep.reports.measured import MIN_TRIALS, measured
from arcsweep.reports.reached import standings
from arcsweep.reports.sensitivity import Effect, Sensitivity
from arcsweep.reports.statistics import Interval

FloatArray = npt.NDArray[np.float64]

MIN_TRIALS_OF_PART = 8
"""A choice or range with fewer trials neither loses nor wins."""

N_PERIODS = 4
MIN_TRIALS_OF_PERIOD = 10


@dataclass(frozen=True, eq=False)
class Part:
    """One choice of a parameter, or one range of its values, in the order of the parameter.

    values: of its trials. standing: share of the group's other trials that they beat on average,
        less what trials of their period of the search beat anyway.
    scores: float64 (n_trials,), theirs one by one.
    behind: standing minus that of the best part, an interval for all comparisons of the study
        together; None for the best part itself and where one of both has too few trials.
    """

    label: str
    values: tuple[ParamValue, ...]
    scores: FloatArray
    behind: Interval | None = None

    @property
    def n_trials(self) -> int:
        return len(self.scores)

    @property
    def standing(self) -> float:
        return float(self.scores.mean())

    @property
    def loses(self) -> bool:
        return self.behind is not None and self.behind.high < 0


@dataclass(frozen=True, eq=False)
class GroupEvidence:
    """selected: parameters of the group's selected trials, best first; best: value of the first.

    parts: parameter → its parts; only those that enough trials had.
    """

    name: str
    label: str
    n_trials: int
    selected: tuple[Mapping[str, ParamValue], ...]
    best: float | None
    sensitivity: Sensitivity
    parts: Mapping[str, tuple[Part, ...]]

    def effect_of(self, name: str) -> Effect | None:
        """The parameter's effect; None where it was not judged."""
        return next((e for e in self.sensitivity.effects if e.name == name), None)

    def best_part(self, name: str) -> Part | None:
        parts = [p for p in self.parts.get(name, ()) if p.n_trials >= MIN_TRIALS_OF_PART]
        return max(parts, key=lambda part: part.standing, default=None)


def parts_of(
    trials: pd.DataFrame, space: Mapping[str, ParameterConfig], direction: str, by: str
) -> dict[str, tuple[Part, ...]]:
    """The parts of each parameter (without ``by``) among the trials of one group."""
    judged = standings(trials, direction)
    if len(judged) < MIN_TRIALS:
        return {}
    rows = trials.loc[judged.index]
    scores = _within_periods(rows["number"].to_numpy(), judged.to_numpy(dtype=np.float64))
    return {
        one.name: _parts(one.values, scores[one.rows], one.parameter)
        for one in measured(rows, space, by)
    }


def compared(groups: Sequence[GroupEvidence], confidence: float) -> tuple[GroupEvidence, ...]:
    """The groups with ``Part.behind`` filled in.

    The best part was picked for being the best, so that each of a parameter's pairs of parts counts
    as a comparison, and all of the study share the error that one alone may have (Bonferroni).
    """
    n = sum(
        len(parts) * (len(parts) - 1) // 2 for group in groups for parts in group.parts.values()
    )
    level = 1 - (1 - confidence) / max(1, n)
    return tuple(
        replace(
            group,
            parts={
                name: tuple(_compared(part, group.best_part(name), level, n) for part in parts)
                for name, parts in group.parts.items()
            },
        )
        for group in groups
    )


def _within_periods(numbers: npt.NDArray[np.int64], standing: FloatArray) -> FloatArray:
    """Standings less the mean of their period of the search, plus that of all.

    The search draws later trials where earlier ones were good: without this, a choice that was
    tried early would pay for everything else that was still badly set then.
    """
    n_periods = int(np.clip(len(standing) // MIN_TRIALS_OF_PERIOD, 1, N_PERIODS))
    period = np.argsort(np.argsort(numbers)) * n_periods // len(numbers)
    means = np.array([standing[period == p].mean() for p in range(n_periods)])
    return np.asarray(standing - means[period] + standing.mean())


def _parts(
    values: Sequence[ParamValue], scores: FloatArray, parameter: ParameterConfig
) -> tuple[Part, ...]:
    levels = levels_of(values, parameter)
    return tuple(
        Part(
            label,
            tuple(value for value, at in zip(values, levels.index, strict=True) if at == index),
            scores[levels.index == index],
        )
        for index, label in enumerate(levels.labels)
    )


def _compared(part: Part, best: Part | None, level: float, n: int) -> Part:
    if best is None or part is best or part.n_trials < MIN_TRIALS_OF_PART:
        return part
    return replace(part, behind=welch(part.scores, best.scores, level, n))


def welch(scores: FloatArray, others: FloatArray, level: float, n_compared: int) -> Interval:
    """Interval of the mean of ``scores`` minus that of ``others``.

    Source: Welch (1947), Biometrika 34, 28-35; means of ten bounded scores are near normal.
    """
    shares = [float(x.var(ddof=1)) / len(x) for x in (scores, others)]
    difference, error = float(scores.mean() - others.mean()), sqrt(sum(shares))
    parts = [share**2 / (len(x) - 1) for share, x in zip(shares, (scores, others), strict=True)]
    freedom = sum(shares) ** 2 / sum(parts) if sum(parts) > 0 else 1.0
    half = float(t.ppf(0.5 + level / 2, freedom)) * error
    n = len(scores) + len(others)
    how = f"Welch’s interval over {n} trials, for {n_compared} comparisons together"
    return Interval(difference, difference - half, difference + half, level, n, how)
