"""Intervals of proportions and of their differences."""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm, t


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval.

    estimate, low, high: fractions (a difference lies between -1 and 1).
    confidence: level of the interval, 0 to 1.
    n_tasks: tasks behind it; their number limits what can be known.
    how: how the interval was made, as a clause that ends a caption.
    """

    estimate: float
    low: float
    high: float
    confidence: float
    n_tasks: int
    how: str

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def expanded_tail(confidence: float, n: int, n_means: int = 1) -> float:
    """Share of bootstrap draws to leave out at each end, so that few units do not cover too rarely.

    Percentiles of a bootstrap over ``n`` units are narrow as a normal interval with the divisor n
    is; this takes Student's t with n - n_means degrees of freedom in its place.
    Source: Hesterberg (2015), The American Statistician 69, 371-386, expanded percentile interval.
    """
    freedom = max(1, n - n_means)
    quantile = float(t.ppf(0.5 + confidence / 2, freedom)) * sqrt(n / freedom)
    return float(norm.cdf(-quantile))


def wilson(successes: float, n: int, confidence: float) -> Interval:
    """Wilson's score interval of a proportion; never of zero width, honest at 0 and at 1.

    successes: may be fractional, when each of ``n`` tasks was asked several times and counts as
        the share of right answers. A task's share varies at most as much as a single answer, so
        the interval is then wider than needed, never narrower.
    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212. Raises ValueError for n < 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    p = successes / n
    low, high = score_interval(p, n, float(norm.ppf(0.5 + confidence / 2)))
    plural = "task" if n == 1 else "tasks"
    return Interval(p, low, high, confidence, n, f"Wilson's interval over {n} {plural}")


def score_interval(p: float, n: float, z: float) -> tuple[float, float]:
    """Both ends of the score interval of the share ``p`` of ``n`` for the quantile ``z``."""
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(max(p * (1 - p), 0.0) / n + z * z / (4 * n * n))
    return max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half))


def score_difference(first: Interval, second: Interval) -> Interval:
    """Interval of ``second`` minus ``first``, from the two Wilson intervals.

    For few tasks, where resampling them would give intervals of no width. The two are taken as
    independent; on the same tasks they usually agree in part, so the interval errs on the wide
    side. Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    difference = second.estimate - first.estimate
    below = sqrt((second.estimate - second.low) ** 2 + (first.high - first.estimate) ** 2)
    above = sqrt((second.high - second.estimate) ** 2 + (first.estimate - first.low) ** 2)
    n = min(first.n_tasks, second.n_tasks)
    how = f"Newcombe's interval over {n} {'task' if n == 1 else 'tasks'}"
    low, high = max(-1.0, difference - below), min(1.0, difference + above)
    return Interval(difference, low, high, first.confidence, n, how)
