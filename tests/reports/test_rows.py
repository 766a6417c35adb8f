"""Claims of the interval charts' geometry."""

import pytest

from arcsweep.reports.rows import Reference, Row, difference_chart, share_chart
from arcsweep.reports.statistics import Interval


def row(low: float, high: float) -> Row:
    return Row("r", "", Interval((low + high) / 2, low, high, 0.95, 10, "made up"))


@pytest.mark.parametrize("high", [0.05, 0.31, 0.6, 1.0])
def test_a_share_axis_starts_at_zero_and_holds_every_mark(high: float) -> None:
    chart = share_chart("c", [row(0.0, high)], [Reference("chance", 1 / 9)])
    assert chart.low == 0.0
    assert max(high, 1 / 9) <= chart.high <= 1.0
    assert chart.ticks[-1] <= chart.high
    assert chart.position(chart.high) == "100.00"


def test_a_difference_axis_has_zero_in_its_middle() -> None:
    chart = difference_chart("c", [row(-0.32, 0.05)], "none")
    assert chart.position(0.0) == "50.00"
    assert chart.low <= -0.32
    assert chart.ticks == tuple(-t for t in reversed(chart.ticks))


def test_a_chart_without_any_interval_still_has_an_axis() -> None:
    empty = Row("r", "–", None)
    assert share_chart("c", [empty]).high > 0
    assert difference_chart("c", [empty], "none").high > 0
    assert share_chart("c", [empty]).methods == ""
