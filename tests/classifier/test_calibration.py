"""Probabilities mean what they say."""

import numpy as np
import pytest

from arcsweep.classifier.calibration import calibrated, fit_temperature, log_loss

from .exports import held_out


@pytest.mark.parametrize("skill", [0.5, 1.0, 3.0])
def test_the_planted_temperature_is_found(skill: float) -> None:
    told = held_out(n_tasks=4000, skill=skill)
    assert fit_temperature(told) == pytest.approx(skill, rel=0.1)


def test_overconfident_probabilities_become_true_shares() -> None:
    told = held_out(n_tasks=4000, skill=3.0)
    best = calibrated(told.probabilities, fit_temperature(told)).max(axis=1)
    right = told.probabilities.argmax(axis=1) == told.labels
    for low, high in [(0.3, 0.5), (0.5, 0.7), (0.7, 0.9)]:
        among = (best >= low) & (best < high)
        assert right[among].mean() == pytest.approx(best[among].mean(), abs=0.05)


def test_the_order_of_categories_stays_and_rows_sum_to_one() -> None:
    told = held_out().probabilities
    scaled = calibrated(told, 2.7)
    assert np.array_equal(scaled.argsort(axis=1), told.argsort(axis=1))
    assert np.allclose(scaled.sum(axis=1), 1)


def test_a_probability_of_zero_is_not_believed() -> None:
    certain = np.eye(9)[:3]
    assert (calibrated(certain, 20.0) > 0).all()
    assert np.isfinite(log_loss(certain, np.array([1, 2, 3])))
