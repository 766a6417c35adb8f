"""How far each trial came, and how it stands against the others."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from arcsweep.reports.material import json_cell

FloatArray = npt.NDArray[np.float64]

WORST = ("diverged",)
"""Outcomes that are the parameters' own fault: such a trial loses to every other one."""

UNINFORMATIVE = ("out_of_memory", "stuck", "failed", "running")
"""Outcomes that say more of the machine or the moment than of the parameters."""


def best_reached(trials: pd.DataFrame, direction: str) -> pd.Series:
    """Best value that each trial reported in any epoch, float64 with NaN where there was none."""
    pick = max if direction == "maximize" else min
    values = [pick(v) if (v := _values(row)) else np.nan for row in trials.to_dict("records")]
    return pd.Series(values, index=trials.index, dtype=float)


def standings(trials: pd.DataFrame, direction: str) -> pd.Series:
    """Share of the other trials that each trial beats, float64 from 0 to 1, higher is better.

    Every pair is compared by its best values up to the last epoch that both had, so that a trial
    that was stopped early is neither left out (the rest would be survivors alone) nor held
    against longer ones. A COMPLETE trial has ended by itself, so its best stands for all later
    epochs. A diverged trial loses to every one that did not; equals share the point. Trials that
    ran out of memory, got stuck, failed or still run are left out, as are those without a value.
    """
    rows = _judged(trials)
    curves = [_values(row) for row in rows.to_dict("records")]
    n_epochs = max([len(curve) for curve in curves], default=0)
    sign = 1.0 if direction == "maximize" else -1.0
    curves_so_far = [_best_so_far(curve, sign, n_epochs) for curve in curves]
    best = np.array(curves_so_far).reshape(len(curves), n_epochs)
    complete = (rows["state"] == "COMPLETE").to_numpy()
    lengths = np.array([len(curve) for curve in curves], dtype=np.int64)
    horizons = np.where(complete, n_epochs, lengths)
    if "outcome" in rows:
        best[rows["outcome"].isin(WORST).to_numpy(), :] = -np.inf
    return pd.Series(_shares_beaten(best, horizons), index=rows.index, dtype=float)


def _judged(trials: pd.DataFrame) -> pd.DataFrame:
    has_value = pd.Series([bool(_values(row)) for row in trials.to_dict("records")], trials.index)
    if "outcome" not in trials:
        return trials[has_value]
    kept = has_value | trials["outcome"].isin(WORST)
    return trials[kept & ~trials["outcome"].isin(UNINFORMATIVE)]


def _values(row: Mapping[Any, Any]) -> list[float]:
    """Finite values by epoch; the single final value where none were reported on the way."""
    steps = json_cell(row.get("intermediate_values")) or {}
    ordered = [steps[step] for step in sorted(steps, key=int)]
    values = [float(value) for value in ordered if value is not None and np.isfinite(value)]
    return values or ([float(row["value"])] if pd.notna(row["value"]) else [])


def _best_so_far(curve: list[float], sign: float, n_epochs: int) -> FloatArray:
    """float64 (n_epochs,), higher is better; the last value fills the epochs after the end."""
    if not curve:
        return np.full(n_epochs, -np.inf)
    best = np.maximum.accumulate(sign * np.array(curve))
    return np.concatenate([best, np.full(n_epochs - len(best), best[-1])])


def _shares_beaten(best: FloatArray, horizons: npt.NDArray[np.int64]) -> FloatArray:
    """best: (n_trials, n_epochs); horizons: (n_trials,), the last epoch each can be judged at."""
    n = len(horizons)
    points = np.zeros(n)
    for horizon in np.unique(horizons):
        here = np.flatnonzero(horizons == horizon)
        others = np.flatnonzero(horizons >= horizon)
        mine, theirs = (best[rows, max(horizon, 1) - 1] for rows in (here, others))
        against = (mine[:, None] > theirs) + 0.5 * (mine[:, None] == theirs)
        points[here] += against.sum(axis=1)
        longer = horizons[others] > horizon
        points[others[longer]] += len(here) - against[:, longer].sum(axis=0)
    # A trial met itself once, for half a point.
    return (points - 0.5) / max(1, n - 1)
