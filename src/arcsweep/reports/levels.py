"""A parameter's values as a few levels that trials can be grouped by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arcsweep.config.space import CategoricalConfig, FloatConfig, ParameterConfig
from arcsweep.protocol import ParamValue
from arcsweep.selection.groups import group_name

MAX_BINS = 4
MAX_WHOLE_NUMBERS = 6
"""An int parameter with up to this many values gets a level for each."""

MIN_TRIALS_PER_BIN = 5


@dataclass(frozen=True, eq=False)
class Levels:
    """labels: of the levels that occur, in order; index: int64 (n_trials,), each trial's level."""

    labels: tuple[str, ...]
    index: npt.NDArray[np.int64]


def levels_of(values: Sequence[ParamValue], parameter: ParameterConfig) -> Levels:
    """Levels of a parameter's ``values``: its choices, whole numbers, or ranges of equal counts."""
    if isinstance(parameter, CategoricalConfig):
        return _named([group_name(v) for v in values], [group_name(c) for c in parameter.choices])
    numbers = np.array(values, dtype=np.float64)
    distinct = np.unique(numbers)
    if not isinstance(parameter, FloatConfig) and len(distinct) <= MAX_WHOLE_NUMBERS:
        return _named([f"{v:g}" for v in numbers], [f"{v:g}" for v in distinct])
    return _ranges(numbers)


def _named(values: list[str], order: list[str]) -> Levels:
    present = [name for name in order if name in set(values)]
    index = np.array([present.index(value) for value in values], dtype=np.int64)
    return Levels(tuple(present), index)


def _ranges(numbers: npt.NDArray[np.float64]) -> Levels:
    n_bins = int(np.clip(len(numbers) // MIN_TRIALS_PER_BIN, 1, MAX_BINS))
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, n_bins + 1)[1:-1]))
    raw = np.searchsorted(edges, numbers, side="left")
    present, index = np.unique(raw, return_inverse=True)
    labels = []
    for level in range(len(present)):
        inside = numbers[index == level]
        low, high = f"{inside.min():.2g}", f"{inside.max():.2g}"
        labels.append(low if low == high else f"{low} to {high}")
    return Levels(tuple(labels), index.astype(np.int64))
