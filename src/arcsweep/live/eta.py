"""How long a study still takes, as an interval: one rate from a few trials is not a forecast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MIN_FINISHES = 5
"""Finished trials in the window below which it is too early to say anything."""

SHARE = 0.8
"""Share of cases in which the interval is meant to hold."""

_DRAWS = 4000


@dataclass(frozen=True)
class TimeLeft:
    """Seconds until the last trial: the median, and the interval that holds in ``share``."""

    median_s: float
    low_s: float
    high_s: float
    share: float = SHARE


def time_left(
    finishes_s: Sequence[float], window_s: float, n_left: int, n_workers: int
) -> TimeLeft | None:
    """Time until ``n_left`` more trials have finished; None when it is too early to say.

    finishes_s: moments at which trials finished, in seconds since the window began.
    n_workers: trials at work now; it is assumed that as many stay.

    Trials are taken to finish as a Poisson process of unknown rate with Jeffreys' prior, whose
    posterior is Gamma(n + 1/2, window) (Gelman et al., Bayesian Data Analysis, 3rd ed., section
    2.8). Gaps more irregular than that, as pruned trials among full ones make them, count as
    correspondingly fewer finishes (quasi-Poisson). When fewer trials are left than workers, each
    of these has one in hand and the last of them decides.
    """
    n_seen = len(finishes_s)
    if n_left == 0:
        return TimeLeft(0.0, 0.0, 0.0)
    if n_seen < MIN_FINISHES or window_s <= 0 or n_workers == 0:
        return None
    random = np.random.default_rng(0)
    clumping = _clumping(finishes_s)
    rate = random.gamma(n_seen / clumping + 0.5, clumping / window_s, _DRAWS)
    n_last = min(n_left, n_workers)
    left_s = np.zeros(_DRAWS)
    if n_left > n_last:
        left_s += random.gamma((n_left - n_last) / clumping, clumping / rate)
    # The longest of n_last trials that end independently, each worker at its share of the rate.
    quantile = random.uniform(size=_DRAWS) ** (1 / n_last)
    left_s -= np.log1p(-quantile) * n_workers / rate
    low, median, high = np.quantile(left_s, [(1 - SHARE) / 2, 0.5, (1 + SHARE) / 2])
    return TimeLeft(float(median), float(low), float(high))


def _clumping(finishes_s: Sequence[float]) -> float:
    """Variance of the gaps over that of a Poisson process with the same mean, at least 1."""
    gaps = np.diff(np.sort(np.asarray(finishes_s, dtype=float)), prepend=0.0)
    mean = float(gaps.mean())
    return max(1.0, float(gaps.var(ddof=1)) / mean**2) if mean > 0 else 1.0
