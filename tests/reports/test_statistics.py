"""Claims of the closed-form intervals."""

import pytest
from scipy.stats import binomtest

from arcsweep.reports.statistics import score_difference, wilson


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (0, 80), (29, 80), (80, 80), (3, 7)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_wilson_agrees_with_scipy(k: int, n: int, confidence: float) -> None:
    expected = binomtest(k, n).proportion_ci(confidence, method="wilson")
    interval = wilson(k, n, confidence)
    assert interval.estimate == k / n
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_wilson_takes_shares_of_tasks_and_is_never_without_width() -> None:
    between = wilson(2.5, 5, 0.95)
    assert wilson(2, 5, 0.95).low < between.low < wilson(3, 5, 0.95).low
    assert wilson(0, 3, 0.95).high > 0.5
    with pytest.raises(ValueError, match="at least 1"):
        wilson(0, 0, 0.95)


def test_score_difference_gives_newcombes_published_example() -> None:
    """Newcombe (1998), table II, example (a): 56/70 - 48/80, method 10: 0.0524 to 0.3339."""
    difference = score_difference(wilson(48, 80, 0.95), wilson(56, 70, 0.95))
    assert difference.estimate == pytest.approx(0.2)
    assert (difference.low, difference.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference.excludes_zero


def test_score_difference_of_equals_is_symmetric_and_includes_zero() -> None:
    one = wilson(4, 9, 0.95)
    difference = score_difference(one, one)
    assert difference.estimate == 0
    assert difference.low == pytest.approx(-difference.high)
    assert not difference.excludes_zero


def test_an_interval_around_zero_does_not_exclude_it() -> None:
    difference = score_difference(wilson(40, 80, 0.95), wilson(43, 80, 0.95))
    assert difference.estimate > 0
    assert not difference.excludes_zero
