"""Claims of the correction for having been picked."""

import numpy as np
import pandas as pd
import pytest

from arcsweep.reports.optimism import corrected, corrected_best
from arcsweep.reports.scores import Resampling

RESAMPLING = Resampling(0.95, 500, 0)


def test_the_luckiest_of_equal_trials_is_worth_what_all_are() -> None:
    """60 trials that guess with 1 in 3, on 80 tasks: the best reads some 45 %."""
    marks = (np.random.default_rng(0).random((60, 80)) < 1 / 3).astype(float)
    assert marks.mean(axis=1).max() > 0.42
    assert corrected(marks, RESAMPLING).estimate == pytest.approx(1 / 3, abs=0.05)


def test_a_trial_that_is_better_beyond_luck_keeps_its_figure() -> None:
    generator = np.random.default_rng(1)
    marks = (generator.random((30, 200)) < 0.2).astype(float)
    marks[7] = generator.random(200) < 0.8
    interval = corrected(marks, RESAMPLING)
    assert interval.estimate == pytest.approx(marks[7].mean(), abs=0.01)
    assert interval.high - interval.low == pytest.approx(4 * (0.8 * 0.2 / 200) ** 0.5, rel=0.1)


def test_without_predictions_or_with_one_trial_nothing_is_corrected() -> None:
    truth = {f"t{i}": "S1" for i in range(30)}
    one = pd.DataFrame({"state": ["COMPLETE"], "metric_predictions": ['{"t0": "S1"}']})
    assert corrected_best(one, truth, RESAMPLING) is None
    assert corrected_best(pd.DataFrame({"state": ["COMPLETE"] * 2}), truth, RESAMPLING) is None
