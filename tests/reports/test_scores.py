"""Claims of the marks and of the bootstrap."""

import numpy as np
import numpy.typing as npt
import pytest

from arcsweep.reports.scores import Resampling, Scores

RESAMPLING = Resampling(confidence=0.95, samples=4000, seed=0)


def scores(correct: npt.ArrayLike, configurations: list[int] | None = None) -> Scores:
    marks = np.atleast_2d(np.array(correct, dtype=np.float64))
    tasks = tuple(f"t{i}" for i in range(marks.shape[1]))
    return Scores(tasks, marks, np.array(configurations or [1] * len(marks), dtype=np.int64))


def test_marks_are_right_answers_in_the_order_of_the_truth() -> None:
    truth = {"a": "S1", "b": "S2"}
    marked = Scores.of([{"b": "S2", "a": "S3"}, {"a": "S1", "b": "S2"}], [1, 2], truth)
    assert marked.correct.tolist() == [[0, 1], [1, 1]]
    assert marked.per_task.tolist() == [0.5, 1.0]
    assert marked.on(["b"]).mean == 1.0
    assert marked.of_configuration(1).mean == 0.5


def test_configurations_weigh_the_same_however_many_runs_they_have() -> None:
    assert scores([[1, 1], [0, 0], [0, 0], [0, 0]], [1, 2, 2, 2]).mean == pytest.approx(0.5)


def test_interval_of_one_run_is_the_binomial_one() -> None:
    interval = RESAMPLING.accuracy(scores([1] * 40 + [0] * 60))
    half = 1.96 * (0.4 * 0.6 / 100) ** 0.5
    assert interval.estimate == pytest.approx(0.4)
    assert interval.low == pytest.approx(0.4 - half, abs=0.012)
    assert interval.high == pytest.approx(0.4 + half, abs=0.012)
    assert "bootstrap over 100 tasks" in interval.how


def test_more_seeds_on_the_same_tasks_do_not_shrink_the_interval_away() -> None:
    marks = [1] * 30 + [0] * 50
    one, many = (RESAMPLING.accuracy(scores([marks] * n)) for n in (1, 20))
    assert many.high - many.low == pytest.approx(one.high - one.low, rel=0.1)


def test_few_tasks_or_all_wrong_get_wilsons_interval() -> None:
    assert "Wilson" in RESAMPLING.accuracy(scores([1, 0] * 8)).how
    all_wrong = RESAMPLING.accuracy(scores([0] * 80))
    assert "Wilson" in all_wrong.how
    assert all_wrong.high > 0.03


def test_difference_is_paired_over_tasks() -> None:
    generator = np.random.default_rng(1)
    hard = generator.random(100)
    first = scores((hard < 0.4).astype(float))
    second = scores((hard < 0.5).astype(float))
    paired = RESAMPLING.difference(first, second)
    shuffled = scores(generator.permutation(second.correct[0]))
    unpaired = RESAMPLING.difference(first, shuffled)
    assert paired.estimate == pytest.approx(second.mean - first.mean)
    assert paired.high - paired.low < 0.7 * (unpaired.high - unpaired.low)


def test_two_models_with_the_same_answers_still_have_an_interval() -> None:
    same = scores([1] * 25 + [0] * 55)
    difference = RESAMPLING.difference(same, same)
    assert difference.estimate == 0
    assert difference.low < -0.05
    assert difference.high > 0.05


def test_intervals_repeat_with_the_same_seed() -> None:
    marks = scores([[1, 0] * 30, [1, 1] * 15 + [0, 0] * 15])
    assert RESAMPLING.accuracy(marks) == RESAMPLING.accuracy(marks)


def test_intervals_cover_a_known_truth_at_their_rate() -> None:
    """Tasks of varying difficulty and seeds of varying luck, both redrawn for every study."""
    generator = np.random.default_rng(3)
    covered, n_studies = 0, 300
    for _ in range(n_studies):
        difficulty = generator.beta(1, 1.5, size=80)  # mean 0.4
        luck = generator.normal(0, 0.02, size=(5, 1))
        marks = generator.random((5, 80)) < np.clip(difficulty + luck, 0, 1)
        interval = Resampling(0.95, 300, 0).accuracy(scores(marks, [1] * 5))
        covered += interval.low <= 0.4 <= interval.high
    assert 0.91 <= covered / n_studies <= 0.995
