"""What each group's search had found when it had spent as much as the group that spent least.

The search goes where it finds good trials, so that groups rarely get equal shares, and whoever has
more trials has more chances of a lucky one. Here every group is cut back to the smallest budget:
once in trials, once in seconds of training, by leaving out its later trials.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from arcsweep.reports.groups import Group
from arcsweep.reports.optimism import corrected_best
from arcsweep.reports.scores import Resampling
from arcsweep.reports.statistics import Interval


@dataclass(frozen=True)
class Share:
    """A group's trials within a budget.

    best: value of its best COMPLETE one, None without any; corrected: the same for having been
        picked. same: it is the trial that was selected as the group's best.
    """

    n_trials: int
    best: float | None
    corrected: Interval | None
    same: bool


@dataclass(frozen=True)
class EqualBudgets:
    """n_trials, seconds: the smallest budget of any group. by_trials, by_seconds: group name → its
    share within it; empty with fewer than two groups, as there is nothing to make equal."""

    n_trials: int
    seconds: float
    by_trials: Mapping[str, Share]
    by_seconds: Mapping[str, Share]


def equal_budgets(
    groups: tuple[Group, ...], truth: Mapping[str, str], resampling: Resampling
) -> EqualBudgets:
    """Each group's search cut back to the smallest budget; truth: validation task → category."""
    ordered = {group.name: group.trials.sort_values("number") for group in groups}
    n_trials = min((len(trials) for trials in ordered.values()), default=0)
    seconds = min((float(trials["seconds"].sum()) for trials in ordered.values()), default=0.0)
    if len(groups) < 2:
        return EqualBudgets(n_trials, seconds, {}, {})
    cut = {name: trials.head(n_trials) for name, trials in ordered.items()}
    # A rounding error must not cost the smallest group its own last trial.
    limit = seconds * (1 + 1e-9)
    spent = {name: trials[trials["seconds"].cumsum() <= limit] for name, trials in ordered.items()}
    return EqualBudgets(
        n_trials,
        seconds,
        {group.name: _share(group, cut[group.name], truth, resampling) for group in groups},
        {group.name: _share(group, spent[group.name], truth, resampling) for group in groups},
    )


def _share(
    group: Group, trials: pd.DataFrame, truth: Mapping[str, str], resampling: Resampling
) -> Share:
    complete = trials[trials["state"] == "COMPLETE"]
    numbers = set(trials["number"])
    return Share(
        len(trials),
        float(complete["value"].max()) if len(complete) else None,
        corrected_best(trials, truth, resampling),
        bool(group.selected) and group.selected[0].number in numbers,
    )
