"""Where the search went: what of the space the trials visited, when, and with what end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from arcsweep.config.conditions import is_number, values_of
from arcsweep.config.space import CategoricalConfig, ParameterConfig
from arcsweep.protocol import ParamValue
from arcsweep.reports.analysis import Analysis
from arcsweep.reports.groups import Group
from arcsweep.reports.reached import best_reached
from arcsweep.reports.words import setting
from arcsweep.selection.groups import group_name
from arcsweep.selection.params import COLUMN_PREFIX, is_empty, restore
from arcsweep.study.space import Space

PHASE_ENDS = (30 / 150, 100 / 150, 1.0)
"""The seed's phases, trials 1-30, 31-100 and 101-150, as shares of any budget."""

MAX_VALUES = 8
RANGES = 6
COLUMNS = ("group", "parameter", "values", "phase", "complete", "pruned", "failed")


@dataclass(frozen=True)
class Tally:
    """Trials by how they ended; failed: diverged, out of memory, stuck or a programming error."""

    complete: int
    pruned: int
    failed: int

    @property
    def all(self) -> int:
        return self.complete + self.pruned + self.failed

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "Tally":
        complete = int((rows["state"] == "COMPLETE").sum())
        outcome = rows["outcome"] if "outcome" in rows else rows["state"].str.lower()
        pruned = int((outcome == "pruned").sum())
        return cls(complete, pruned, len(rows) - complete - pruned)


@dataclass(frozen=True)
class Phase:
    """Trials numbered from first to last, counted from 1; best: highest value, None for none."""

    first: int
    last: int
    tally: Tally
    by_group: tuple[int, ...]
    best: float | None


@dataclass(frozen=True)
class Stretch:
    """One choice or range of a parameter; phases: trials of each phase in it.

    selected: trials of the selection with such a value.
    edge: "low" or "high" for the ends of a range or of choices that are numbers, else empty.
    """

    label: str
    tally: Tally
    phases: tuple[Tally, ...]
    best: float | None
    selected: int
    edge: str


@dataclass(frozen=True)
class Spread:
    """How a group's trials fell over one parameter."""

    name: str
    condition: str
    stretches: tuple[Stretch, ...]

    @property
    def largest(self) -> int:
        return max((s.tally.all for s in self.stretches), default=0)

    @property
    def unvisited(self) -> tuple[str, ...]:
        return tuple(s.label for s in self.stretches if not s.tally.all)

    @property
    def at_edge(self) -> tuple[Stretch, ...]:
        """Edges in which two or more, and at least half, of the selected trials lie."""
        total = sum(s.selected for s in self.stretches)
        return tuple(s for s in self.stretches if s.edge and s.selected * 2 >= max(4, total))


@dataclass(frozen=True)
class GroupCoverage:
    """combinations: of discrete values, None where they cannot be counted; visited: different
    ones among the trials."""

    group: Group
    combinations: int | None
    visited: int
    spreads: tuple[Spread, ...]

    @property
    def unvisited(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((s.name, s.unvisited) for s in self.spreads if s.unvisited)

    @property
    def edges(self) -> tuple[tuple[str, Stretch], ...]:
        return tuple((s.name, stretch) for s in self.spreads for stretch in s.at_edge)


@dataclass(frozen=True)
class Coverage:
    """audit: audit.json, empty where `arcsweep audit` was not run."""

    n_trials: int
    phases: tuple[Phase, ...]
    groups: tuple[GroupCoverage, ...]
    parameters: tuple[tuple[str, str, str, str], ...]
    audit: Mapping[str, Any]

    @property
    def combinations(self) -> int:
        return sum(g.combinations or 0 for g in self.groups)

    @property
    def visited(self) -> int:
        return sum(g.visited for g in self.groups)


def coverage(analysis: Analysis) -> Coverage:
    """Coverage of the study's space by its trials."""
    material = analysis.material
    space = Space(material.config.study.space)
    trials = material.trials
    bounds = phase_bounds(len(trials))
    counts = space.n_discrete(material.selection["by"])
    named = {group_name(choice): n for choice, n in counts.items()}
    return Coverage(
        len(trials),
        tuple(_phase(trials, analysis, first, last) for first, last in bounds),
        tuple(_group(analysis, space, g, named.get(g.name), bounds) for g in analysis.groups),
        tuple(_described(name, p) for name, p in space.parameters.items()),
        material.audit,
    )


def phase_bounds(n_trials: int) -> tuple[tuple[int, int], ...]:
    """(first, last) trial of each phase, counted from 1; empty phases are left out."""
    ends = [round(share * n_trials) for share in PHASE_ENDS]
    starts = [1, *(end + 1 for end in ends[:-1])]
    return tuple((a, b) for a, b in zip(starts, ends, strict=True) if a <= b)


def table_rows(analysis: Analysis) -> Iterator[tuple[str | int, ...]]:
    """The page's figures, one row a group, parameter, stretch and phase (COLUMNS)."""
    found = coverage(analysis)
    for each in found.groups:
        for spread in each.spreads:
            for stretch in spread.stretches:
                for phase, tally in zip(found.phases, stretch.phases, strict=True):
                    yield (each.group.name, spread.name, stretch.label,
                           f"{phase.first}-{phase.last}", tally.complete, tally.pruned,
                           tally.failed)  # fmt: skip


def _phase(trials: pd.DataFrame, analysis: Analysis, first: int, last: int) -> Phase:
    rows = _within(trials, first, last)
    by_group = tuple(len(_within(g.trials, first, last)) for g in analysis.groups)
    return Phase(first, last, Tally.of(rows), by_group, _best(rows, analysis))


def _within(trials: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    return trials[(trials["number"] >= first - 1) & (trials["number"] < last)]


def _best(rows: pd.DataFrame, analysis: Analysis) -> float | None:
    direction = analysis.material.config.study.direction
    reached = best_reached(rows, direction).dropna()
    if not len(reached):
        return None
    return float(reached.max() if direction == "maximize" else reached.min())


def _group(
    analysis: Analysis,
    space: Space,
    group: Group,
    combinations: int | None,
    bounds: Sequence[tuple[int, int]],
) -> GroupCoverage:
    by = analysis.material.selection["by"]
    discrete = [n for n, p in space.parameters.items() if values_of(p) is not None]
    columns = [COLUMN_PREFIX + n for n in discrete if COLUMN_PREFIX + n in group.trials]
    visited = len(group.trials[columns].astype(str).drop_duplicates()) if len(group.trials) else 0
    spreads = []
    for name, parameter in space.parameters.items():
        column = COLUMN_PREFIX + name
        if name == by or column not in group.trials:
            continue
        rows = group.trials[~group.trials[column].map(is_empty).to_numpy(dtype=bool)]
        # A parameter that this group never has is no gap in its coverage.
        if len(rows) or by not in parameter.when:
            condition = {n: v for n, v in parameter.when.items() if n != by}
            stretches = _stretches(name, parameter, rows, group, analysis, bounds)
            spreads.append(Spread(name, _when(condition), stretches))
    return GroupCoverage(group, combinations, visited, tuple(spreads))


def _stretches(
    name: str,
    parameter: ParameterConfig,
    rows: pd.DataFrame,
    group: Group,
    analysis: Analysis,
    bounds: Sequence[tuple[int, int]],
) -> tuple[Stretch, ...]:
    labels = _labels(parameter)
    at = np.array([_position(restore(name, v, parameter), parameter)
                   for v in rows[COLUMN_PREFIX + name]], dtype=np.int64)  # fmt: skip
    chosen = [_position(s.params[name], parameter) for s in group.selected if name in s.params]
    ends, found = _ends(parameter, labels), []
    for index, label in enumerate(labels):
        inside = rows[at == index]
        phases = tuple(Tally.of(_within(inside, first, last)) for first, last in bounds)
        found.append(
            Stretch(
                label,
                Tally.of(inside),
                phases,
                _best(inside, analysis),
                chosen.count(index),
                ends.get(index, ""),
            )
        )
    return tuple(found)


def _ends(parameter: ParameterConfig, labels: Sequence[str]) -> dict[int, str]:
    """Number of the first and last label → "low" and "high", where the values have an order."""
    if not is_number(parameter) or len(labels) == 1:
        return {}
    ordered = list(range(len(labels)))
    if isinstance(parameter, CategoricalConfig):
        ordered.sort(key=lambda index: float(parameter.choices[index]))
    return {ordered[0]: "low", ordered[-1]: "high"}


def _labels(parameter: ParameterConfig) -> list[str]:
    """The choices, whole numbers, or ranges of equal width on the scale sampled on."""
    values = values_of(parameter)
    if values is not None and (len(values) <= MAX_VALUES or parameter.type == "categorical"):
        return [group_name(value) for value in values]
    assert not isinstance(parameter, CategoricalConfig)
    if parameter.low == parameter.high:
        return [f"{parameter.low:g}"]
    low, high = _scaled(parameter, parameter.low, parameter.high)
    edges = np.linspace(low, high, RANGES + 1)
    ends = np.exp(edges) if parameter.log else edges
    return [f"{a:.2g} to {b:.2g}" for a, b in pairwise(ends)]


def _position(value: ParamValue, parameter: ParameterConfig) -> int:
    """Number of the label that ``value`` belongs to; outside the range, the nearest one."""
    labels, values = _labels(parameter), values_of(parameter)
    if values is not None and len(labels) == len(values):
        return labels.index(group_name(value))
    assert not isinstance(parameter, CategoricalConfig)
    # Where training used exactly 0, the sampled value was below every other one.
    lowest = max(float(value), float(parameter.low))
    low, high, at = _scaled(parameter, parameter.low, parameter.high, lowest)
    return int(np.clip(RANGES * (at - low) / (high - low), 0, RANGES - 1)) if high > low else 0


def _scaled(parameter: ParameterConfig, *values: float) -> list[float]:
    log = getattr(parameter, "log", False)
    return [float(np.log(value)) if log else float(value) for value in values]


def _described(name: str, parameter: ParameterConfig) -> tuple[str, str, str, str]:
    """Name, what it is sampled from, its condition, and its number of values."""
    values = values_of(parameter)
    if isinstance(parameter, CategoricalConfig):
        source = ", ".join(map(group_name, parameter.choices))
    else:
        source = f"{parameter.low:g} to {parameter.high:g}"
        source += ", log scale" if parameter.log else ""
        below = getattr(parameter, "zero_below", None)
        source += f", below {below:g} exactly 0" if below is not None else ""
    number = "continuous" if values is None else f"{len(values):,}"
    return name, source, _when(parameter.when), number


def _when(conditions: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{n} = {' or '.join(map(setting, v)) if isinstance(v, tuple) else setting(v)}"
        for n, v in conditions.items()
    )
