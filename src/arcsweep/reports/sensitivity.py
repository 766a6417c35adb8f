"""How much each parameter matters within one group's own part of the search space.

The measure is the share of the differences between trials' standings that a parameter's levels
explain by themselves: eta squared of an analysis of variance, with Wherry's (1931) correction that
makes chance come out at 0 on average. A trial's standing is the share of others it beats at equal
epochs, which is defined for pruned and for diverged trials too. The measure needs nothing but the
trials table and holds conditional parameters (judged among the trials that had them). What pairs do
beyond that is in :mod:`arcsweep.reports.interactions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from arcsweep.config.space import ParameterConfig
from arcsweep.reports.interactions import NO_PAIRS, Interactions, interactions
from arcsweep.reports.levels import Levels, levels_of
from arcsweep.reports.measured import MIN_TRIALS, measured
from arcsweep.reports.reached import standings
from arcsweep.reports.scores import Resampling
from arcsweep.reports.statistics import Interval, expanded_tail

FloatArray = npt.NDArray[np.float64]

MIN_SHUFFLES = 2000
"""So that what chance reaches is known far out, as the correction for many parameters needs."""


@dataclass(frozen=True)
class Level:
    """Trials at one level of a parameter, and their mean standing (0 to 1, higher is better)."""

    label: str
    n_trials: int
    standing: float


@dataclass(frozen=True)
class Effect:
    """One parameter's effect.

    share: of the differences between trials that the parameter explains by itself.
    noise: share that chance stays below, for all parameters of the group together, with the
        interval's confidence.
    matters: whether the share is above the noise.
    condition: when the parameter is active, empty for always.
    """

    name: str
    share: Interval
    noise: float
    matters: bool
    condition: str
    levels: tuple[Level, ...]

    @property
    def best(self) -> Level:
        return max(self.levels, key=lambda level: level.standing)


@dataclass(frozen=True)
class Sensitivity:
    """Effects of a group's parameters, the strongest first; none when there are too few trials.

    interactions: what pairs of the strongest parameters do together.
    """

    n_trials: int
    enough: bool
    effects: tuple[Effect, ...]
    interactions: Interactions = NO_PAIRS


def sensitivity(
    trials: pd.DataFrame,
    space: Mapping[str, ParameterConfig],
    direction: str,
    resampling: Resampling,
    by: str = "",
) -> Sensitivity:
    """Effects of the parameters of ``space`` (without ``by``) on the trials of one group."""
    judged = standings(trials, direction)
    if len(judged) < MIN_TRIALS:
        return Sensitivity(len(judged), False, ())
    rows = trials.loc[judged.index]
    varied = [one for one in measured(rows, space, by) if len(set(one.values)) > 1]
    # Bonferroni's correction: the settings that count are all real with the stated confidence.
    level = 1 - (1 - resampling.confidence) / max(1, len(varied))
    standing = judged.to_numpy(dtype=np.float64)
    effects = {
        one.name: replace(
            _effect(levels_of(one.values, one.parameter), standing[one.rows], resampling, level),
            name=one.name,
            condition=_condition(one.parameter, by),
        )
        for one in varied
    }
    varied.sort(key=lambda one: -effects[one.name].share.estimate)
    return Sensitivity(
        len(judged),
        True,
        tuple(effects[one.name] for one in varied),
        interactions(varied, standing, resampling),
    )


def _effect(levels: Levels, standing: FloatArray, resampling: Resampling, level: float) -> Effect:
    """The effect without its name; ``level`` is the share of shuffles that noise bounds."""
    n = len(standing)
    members = np.eye(len(levels.labels))[levels.index]
    generator = np.random.default_rng(resampling.seed)
    once = np.ones((1, n))
    estimate = float(adjusted_shares(standing, members, once)[0])

    n_shuffles = max(MIN_SHUFFLES, resampling.samples)
    shuffled = generator.permuted(np.tile(standing, (n_shuffles, 1)), axis=1)
    noise = float(np.quantile(adjusted_shares(shuffled, members, once), level))

    counts = generator.multinomial(n, np.full(n, 1 / n), size=resampling.samples)
    draws = adjusted_shares(standing, members, counts.astype(np.float64))
    return Effect(
        name="",
        share=_share_interval(estimate, draws, n, len(levels.labels), resampling),
        noise=noise,
        matters=estimate > noise,
        condition="",
        levels=_levels(levels, standing),
    )


def adjusted_shares(standing: FloatArray, members: FloatArray, weights: FloatArray) -> FloatArray:
    """Adjusted eta squared of several weightings or orderings at once, float64 (m,).

    standing: (n_trials,) or (m, n_trials). members: (n_trials, n_levels), one-hot.
    weights: (m, n_trials) or (1, n_trials), how often each trial counts; rows sum to n_trials.
    Below 0 means less than chance explains on average; 0 where all are equal.
    """
    n = standing.shape[-1]
    centred = standing - standing.mean(axis=-1, keepdims=True)
    weighted = weights * centred
    counts, sums = weights @ members, weighted @ members
    correction = weighted.sum(axis=1) ** 2 / n
    between = (sums**2 / np.maximum(counts, 1)).sum(axis=1) - correction
    total = (weighted * centred).sum(axis=1) - correction
    explained = np.divide(between, total, out=np.zeros_like(between), where=total > 1e-9)
    n_levels = (counts > 0).sum(axis=1)
    adjusted = 1 - (1 - explained) * (n - 1) / np.maximum(n - n_levels, 1)
    return np.where(total > 1e-9, adjusted, 0.0)


def _share_interval(
    estimate: float, draws: FloatArray, n_trials: int, n_levels: int, resampling: Resampling
) -> Interval:
    """Expanded percentiles of the draws, shifted by their bias: a resampled trial resembles
    itself, which makes every share look larger than it is."""
    tail = expanded_tail(resampling.confidence, n_trials, n_levels)
    low, high = np.quantile(draws - (draws.mean() - estimate), [tail, 1 - tail])
    how = f"bootstrap over {n_trials} trials, {resampling.samples} resamples"
    return Interval(
        max(0.0, estimate),
        float(np.clip(low, 0, 1)),
        float(np.clip(high, 0, 1)),
        resampling.confidence,
        n_trials,
        how,
    )


def _levels(levels: Levels, standing: FloatArray) -> tuple[Level, ...]:
    inside = [standing[levels.index == i] for i in range(len(levels.labels))]
    return tuple(
        Level(label, len(part), float(part.mean()))
        for label, part in zip(levels.labels, inside, strict=True)
    )


def _condition(parameter: ParameterConfig, by: str) -> str:
    """When a parameter is active within a group: its conditions other than the group itself."""
    when = {name: value for name, value in parameter.when.items() if name != by}
    return ", ".join(f"{name} = {_plain(value)}" for name, value in when.items())


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " or ".join(map(_plain, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
