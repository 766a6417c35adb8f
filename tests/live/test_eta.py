"""The time left, against simulated sweeps whose end is known."""

import heapq

import numpy as np
import pytest

from arcsweep.live.eta import MIN_FINISHES, SHARE, time_left


def simulated_finishes(random: np.random.Generator, n_workers: int, n_trials: int) -> list[float]:
    """Moments at which trials end: two in three pruned early, the others eight times as long."""
    free_at = [0.0] * n_workers
    ends = []
    for _ in range(n_trials):
        begin = heapq.heappop(free_at)
        end = begin + random.uniform(0.7, 1.3) * (1.0 if random.uniform() < 2 / 3 else 8.0)
        heapq.heappush(free_at, end)
        ends.append(end)
    return sorted(ends)


@pytest.mark.parametrize(
    ("n_workers", "n_trials", "n_seen"), [(4, 150, 30), (8, 60, 55), (1, 80, 20)]
)
def test_the_interval_holds_about_as_often_as_it_says(
    n_workers: int, n_trials: int, n_seen: int
) -> None:
    random = np.random.default_rng(1)
    n_held = 0
    for _ in range(200):
        ends = simulated_finishes(random, n_workers, n_trials)
        now = ends[n_seen - 1]
        left = time_left(ends[:n_seen], now, n_trials - n_seen, min(n_workers, n_trials - n_seen))
        assert left is not None
        n_held += left.low_s <= ends[-1] - now <= left.high_s
    # A wider interval than stated is tolerated, a narrower one is not.
    assert SHARE - 0.1 < n_held / 200 <= 1.0


def test_few_finishes_or_nobody_at_work_say_nothing() -> None:
    assert time_left([1.0] * (MIN_FINISHES - 1), 100.0, 10, 2) is None
    assert time_left([float(i) for i in range(20)], 100.0, 10, 0) is None


def test_more_finishes_make_a_narrower_interval() -> None:
    few = time_left([float(10 * i) for i in range(1, 7)], 60.0, 100, 2)
    many = time_left([float(10 * i) for i in range(1, 61)], 600.0, 100, 2)
    assert few is not None and many is not None
    assert many.high_s - many.low_s < few.high_s - few.low_s
    assert many.low_s < 1000 < many.high_s


def test_nothing_left_takes_no_time() -> None:
    left = time_left([], 0.0, 0, 0)
    assert left is not None and left.high_s == 0.0
