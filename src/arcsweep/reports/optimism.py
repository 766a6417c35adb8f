"""What the best of many trials is worth on tasks that did not pick it.

The bootstrap that corrects for picking (Tsamardinos, Greasidou & Borboudakis 2018, Machine
Learning 107, 1895-1922, BBC): tasks are drawn with replacement, the best trial on the drawn ones
is picked as the search picked, and judged on those that were not drawn. It needs what every trial
answered for every task, and trains nothing. What it cannot correct is that each trial recorded the
answers of its best epoch: that was picked on all tasks.
"""

from collections.abc import Mapping
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from arcsweep.reports.material import json_cell
from arcsweep.reports.scores import MIN_RESAMPLED_TASKS, Resampling
from arcsweep.reports.statistics import Interval

FloatArray = npt.NDArray[np.float64]

MIN_TRIALS = 2


def corrected_best(
    trials: pd.DataFrame, truth: Mapping[str, str], resampling: Resampling
) -> Interval | None:
    """Accuracy on new tasks of the COMPLETE trial that looks best on these.

    None with fewer than two such trials, too few tasks, or trials that recorded no predictions.
    """
    if "metric_predictions" not in trials or len(truth) < MIN_RESAMPLED_TASKS:
        return None
    complete = trials[trials["state"] == "COMPLETE"]
    answers = [json_cell(cell) or {} for cell in complete["metric_predictions"]]
    if len(answers) < MIN_TRIALS or not all(a.keys() >= truth.keys() for a in answers):
        return None
    correct = np.array([[float(a[t] == c) for t, c in truth.items()] for a in answers])
    return corrected(correct, resampling)


def corrected(correct: FloatArray, resampling: Resampling) -> Interval:
    """The same of marks float64 (n_trials, n_tasks), 1 for right.

    Its interval is normal; its spread is that of one reading of so many tasks, and that of the
    correction itself on top.
    """
    n_tasks = correct.shape[1]
    generator = np.random.default_rng(resampling.seed)
    even = np.full(n_tasks, 1 / n_tasks)
    counts = generator.multinomial(n_tasks, even, size=resampling.samples)
    # A random order decides among equals, as no trial number has a merit of its own.
    ties = generator.random((len(correct), resampling.samples)) * 1e-6
    picked = (correct @ counts.T + ties).argmax(axis=0)
    left_out = counts == 0
    judged = (correct[picked] * left_out).sum(axis=1) / np.maximum(left_out.sum(axis=1), 1)
    estimate = float(judged.mean())
    z = float(norm.ppf(0.5 + resampling.confidence / 2))
    between = float(np.var(correct.mean(axis=1)[picked]))
    half = z * sqrt(max(estimate * (1 - estimate), 0.25 / n_tasks) / n_tasks + between)
    return Interval(
        estimate,
        max(0.0, estimate - half),
        min(1.0, estimate + half),
        resampling.confidence,
        n_tasks,
        f"best of {len(correct)} trials, picked on resampled tasks and judged on the others, "
        f"{resampling.samples} resamples",
    )
