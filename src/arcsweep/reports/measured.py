"""What each parameter was in the trials of a group that had it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from arcsweep.config.space import ParameterConfig
from arcsweep.protocol import ParamValue
from arcsweep.selection.params import COLUMN_PREFIX, is_empty, restore

MIN_TRIALS = 20
"""Of a group, or of those that had a parameter: with fewer nothing is said, it would be noise."""


@dataclass(frozen=True)
class Measured:
    """One parameter among the trials of a group.

    rows: int64 (n_trials,), which of the group's judged trials had it; values: theirs.
    """

    name: str
    parameter: ParameterConfig
    rows: npt.NDArray[np.int64]
    values: tuple[ParamValue, ...]


def measured(trials: pd.DataFrame, space: Mapping[str, ParameterConfig], by: str) -> list[Measured]:
    """The parameters of ``space`` (without ``by``) that at least MIN_TRIALS of ``trials`` had."""
    found = []
    for name, parameter in space.items():
        column = COLUMN_PREFIX + name
        if name == by or column not in trials:
            continue
        rows = np.flatnonzero(~trials[column].map(is_empty).to_numpy(dtype=bool))
        values = tuple(restore(name, value, parameter) for value in trials[column].iloc[rows])
        if len(values) >= MIN_TRIALS:
            found.append(Measured(name, parameter, rows, values))
    return found
