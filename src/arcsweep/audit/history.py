"""What trials that are already there say of the ranges: where all were pruned or diverged."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from arcsweep.audit.drawing import MAX_VALUES
from arcsweep.audit.finding import Finding
from arcsweep.config.conditions import values_of
from arcsweep.config.space import CategoricalConfig, ParameterConfig
from arcsweep.selection.groups import group_name
from arcsweep.selection.params import COLUMN_PREFIX, is_empty, restore
from arcsweep.study.space import Space

N_RANGES = 6
MIN_TRIALS = 5
MAX_CHANCE = 0.05
"""Ranges in which chance alone would, over all of them together, hardly lose every trial."""


def history_findings(trials: pd.DataFrame, space: Space) -> Iterator[Finding]:
    """Ranges and choices in which no trial was trained to its end.

    trials: the study's table. Diverged trials make it an error, pruned ones alone a warning.
    """
    ended = trials[trials["state"].isin(["COMPLETE", "PRUNED"])]
    cells = [
        (name, label, ended[inside])
        for name, parameter in space.parameters.items()
        if COLUMN_PREFIX + name in ended
        for label, inside in _cells(ended, name, parameter)
    ]
    for name, label, rows in cells:
        complete = rows["state"] == "COMPLETE"
        if len(rows) < MIN_TRIALS or complete.any():
            continue
        active = ended[~ended[COLUMN_PREFIX + name].map(is_empty)]
        done = int((active["state"] == "COMPLETE").sum())
        chance = float(hypergeom.pmf(0, len(active), done, len(rows)))
        diverged = int((rows["outcome"] == "diverged").sum())
        if diverged < len(rows) and chance * len(cells) > MAX_CHANCE:
            continue
        yield Finding(
            "error" if diverged == len(rows) else "warning",
            f"study.space.{name}",
            f"loses every trial with {label}",
            f"{len(rows)} trials there, {diverged} diverged, {len(rows) - diverged} pruned or "
            f"otherwise; elsewhere {done} of {len(active) - len(rows)} were trained to the end",
            "narrow the range or drop the choice in the next study",
        )


def _cells(
    trials: pd.DataFrame, name: str, parameter: ParameterConfig
) -> Iterator[tuple[str, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]]:
    column = trials[COLUMN_PREFIX + name]
    active = ~column.map(is_empty).to_numpy(dtype=bool)
    values = [restore(name, v, parameter) if a else None
              for v, a in zip(column, active, strict=True)]  # fmt: skip
    if isinstance(parameter, CategoricalConfig):
        for choice in parameter.choices:
            yield group_name(choice), np.array([v is choice for v in values], dtype=bool)
        return
    whole = values_of(parameter)
    if whole is not None and len(whole) <= MAX_VALUES:
        for value in whole:
            yield f"{value}", np.array([v == value for v in values], dtype=bool)
        return
    low, high = float(parameter.low), float(parameter.high)
    scale = np.log if parameter.log else float
    edges = np.linspace(scale(low), scale(high), N_RANGES + 1)
    at = np.array([np.nan if v is None else scale(float(v)) for v in values], dtype=np.float64)
    for index, (left, right) in enumerate(pairwise(edges)):
        last = index == N_RANGES - 1
        inside = active & (at >= left) & ((at <= right) if last else (at < right))
        ends = [np.exp(e) if parameter.log else e for e in (left, right)]
        yield f"values from {ends[0]:.3g} to {ends[1]:.3g}", inside
