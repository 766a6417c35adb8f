"""The threshold keeps its word, or says that it cannot."""

import numpy as np
import pytest

from arcsweep.classifier.calibration import calibrated
from arcsweep.classifier.held_out import HeldOut
from arcsweep.classifier.threshold import MIN_ANSWERED, Tally, make_rule

from .exports import held_out


def of_answers(correct: list[bool]) -> HeldOut:
    """Held-out tasks, surest first, answered rightly or not."""
    best = np.linspace(0.95, 0.5, len(correct))
    probabilities = np.full((len(correct), 9), 0.0)
    probabilities[:, 0], probabilities[:, 1] = best, 1 - best
    labels = np.array([0 if right else 1 for right in correct], np.int64)
    return HeldOut(
        "confirmation-folds", tuple(map(str, range(len(correct)))), labels, probabilities
    )


def test_the_threshold_answers_as_many_as_the_precision_allows() -> None:
    rule = make_rule(of_answers([True] * 16 + [False] * 4 + [False] * 20), 0.8)
    assert (rule.fitted.n_answered, rule.fitted.n_correct) == (20, 16)
    assert rule.fitted.coverage == 0.5


def test_few_lucky_answers_make_no_threshold() -> None:
    correct = [True] * (MIN_ANSWERED - 1) + [False] * 30
    rule = make_rule(of_answers(correct), 0.95)
    assert rule.threshold is None
    assert rule.fitted == Tally(len(correct), 0, 0)
    assert rule.fitted.precision is None and rule.fitted.interval is None


def test_equal_probabilities_are_answered_together() -> None:
    told = of_answers([True] * 10 + [False] * 10)
    flat = HeldOut(told.source, told.tasks, told.labels, np.full((20, 9), 1 / 9))
    assert make_rule(flat, 0.8).threshold is None


def test_the_interval_is_clopper_and_pearsons() -> None:
    low, high = Tally(100, 10, 8).interval or (0, 0)
    assert (low, high) == pytest.approx((0.4439, 0.9748), abs=1e-4)


def test_crossed_precision_is_that_of_new_tasks() -> None:
    """Over many studies of 80 tasks: the fitted tally flatters, the crossed one does not."""
    fitted, crossed, new = [], [], []
    fresh = held_out(4000, seed=999)
    for seed in range(40):
        rule = make_rule(held_out(80, seed=seed), 0.8)
        if rule.threshold is None or rule.crossed.precision is None:
            continue
        answered = calibrated(fresh.probabilities, rule.temperature).max(axis=1) >= rule.threshold
        right = fresh.probabilities.argmax(axis=1) == fresh.labels
        fitted.append(rule.fitted.precision or 0)
        crossed.append(rule.crossed.precision)
        new.append(float(right[answered].mean()))
    assert len(new) > 30
    assert np.mean(fitted) > np.mean(new) + 0.01
    assert np.mean(crossed) < np.mean(fitted)
    assert np.mean(crossed) == pytest.approx(np.mean(new), abs=0.05)
