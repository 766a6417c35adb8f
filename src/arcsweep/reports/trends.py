"""Trends that speak for or against an explanation: over sizes of models, and over epochs."""

from collections.abc import Sequence
from math import atanh, sqrt, tanh

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, spearmanr, t

from arcsweep.reports.groups import Group
from arcsweep.reports.material import json_cell
from arcsweep.reports.runs import Run
from arcsweep.reports.statistics import Interval
from arcsweep.reports.words import MINUS, count, percent

FloatArray = npt.NDArray[np.float64]

MIN_TRIALS = 20
"""With fewer trials of an encoder no trend over sizes is judged."""


def trend_over_sizes(
    group: Group, tasks: Sequence[str], code: str, confidence: float
) -> Interval | None:
    """Rank correlation of a trial's size with its accuracy on ``tasks``; None with too few trials
    that ran to the end, all of one size or accuracy, or no tasks."""
    trials = group.trials
    if not tasks or not {"fact_n_parameters", "metric_predictions"} <= set(trials.columns):
        return None
    rows = []
    for row in trials[trials["state"] == "COMPLETE"].to_dict("records"):
        answers = json_cell(row["metric_predictions"]) or {}
        size = row["fact_n_parameters"]
        if size == size and size is not None and answers.keys() >= set(tasks):
            rows.append((float(size), float(np.mean([answers[task] == code for task in tasks]))))
    return rank_correlation(np.array(rows), confidence) if len(rows) >= MIN_TRIALS else None


def rank_correlation(rows: FloatArray, confidence: float) -> Interval | None:
    """Spearman's correlation of the two columns; None where one of them does not vary.

    Source of the interval: Bonett and Wright (2000), Psychometrika 65, 23-28.
    """
    if len(rows) < 4 or any(len(np.unique(column)) < 2 for column in rows.T):
        return None
    r = float(np.clip(spearmanr(rows[:, 0], rows[:, 1]).statistic, -0.999, 0.999))
    error = float(norm.ppf(0.5 + confidence / 2)) * sqrt((1 + r * r / 2) / (len(rows) - 3))
    low, high = tanh(atanh(r) - error), tanh(atanh(r) + error)
    return Interval(r, low, high, confidence, len(rows), f"over {len(rows)} pairs")


def late_gain_of(group: Group, confidence: float) -> Interval | None:
    """What a group's extended runs gained in their last quarter.

    Student's interval of the configurations' means; None with fewer than two of them.
    """
    means = []
    for selected in group.selected:
        gains = [gain for run in selected.runs if (gain := late_gain(run)) is not None]
        if gains:
            means.append(float(np.mean(gains)))
    if len(means) < 2:
        return None
    half = float(t.ppf(0.5 + confidence / 2, len(means) - 1)) * float(
        np.std(means, ddof=1) / sqrt(len(means))
    )
    mean = float(np.mean(means))
    how = f"over {count(len(means), 'configuration')}"
    return Interval(mean, mean - half, mean + half, confidence, len(means), how)


def late_gain(run: Run) -> float | None:
    """Slope of the accuracy in the last quarter of a run's epochs, times that many epochs."""
    values = [float(epoch["accuracy"]) for epoch in run.curve if "accuracy" in epoch]
    last = max(3, len(values) // 4)
    if len(values) < 2 * last:
        return None
    slope = np.polyfit(np.arange(last), values[-last:], 1)[0]
    return float(slope) * last


def fit_words(group: Group) -> str:
    """How well the extended runs fit what they were trained on, in words."""
    runs = [run for selected in group.selected for run in selected.runs]
    trained = [run.train_accuracy for run in runs if run.train_accuracy is not None]
    if not trained:
        return ""
    now = float(np.mean([run.accuracy for run in runs]))
    text = f"{group.label} ends at {percent(float(np.mean(trained)))} on its training views,"
    text += f" {percent(now)} on validation"
    losses = [(c[len(c) * 3 // 4 - 1], c[-1]) for run in runs if len(c := run.curve) >= 4]
    falls = [b["train_loss"] - a["train_loss"] for a, b in losses if "train_loss" in a]
    rises = [b["validation_loss"] - a["validation_loss"] for a, b in losses
             if "validation_loss" in a]  # fmt: skip
    if falls and rises:
        text += (
            f"; in the last quarter the training loss changed by {np.mean(falls):+.2f} and the"
            f" validation loss by {np.mean(rises):+.2f}"
        )
    text = text.replace("-", MINUS)
    return f"{text}."
