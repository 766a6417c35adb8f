"""Claims of how figures read."""

import pytest

from arcsweep.reports.statistics import Interval
from arcsweep.reports.words import duration, listed, percent, points, points_with_spread, setting


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.3625, "36\u00a0%"), (None, "–"), (float("nan"), "–"), (-0.001, "0\u00a0%")],
)
def test_percentages_are_whole_and_never_minus_zero(fraction: float | None, text: str) -> None:
    assert percent(fraction) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.084, "+8"), (-0.084, "−8"), (0.001, "0"), (-0.001, "0")]
)
def test_differences_carry_their_sign(fraction: float, text: str) -> None:
    assert points(fraction) == text


def test_a_difference_reads_with_both_ends() -> None:
    interval = Interval(-0.04, -0.11, 0.02, 0.95, 75, "")
    assert points_with_spread(interval) == "−4 points (−11 to +2)"


@pytest.mark.parametrize(
    ("seconds", "text"), [(12, "12 s"), (61, "1 min"), (7_740, "2 h 9 min"), (720_000, "200 h")]
)
def test_durations_grow_with_their_unit(seconds: float, text: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == text


def test_settings_read_as_in_the_config() -> None:
    assert [setting(v) for v in (True, 8, 3.14159e-4, "mean")] == ["true", "8", "0.0003142", "mean"]


def test_lists_read_as_in_a_sentence() -> None:
    assert [listed([]), listed("a"), listed("ab"), listed("abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
