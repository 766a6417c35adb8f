"""When to answer and when to say "I don't know": a threshold for a stated precision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from arcsweep.classifier.calibration import calibrated, fit_temperature
from arcsweep.classifier.held_out import HeldOut
from arcsweep.errors import ConfigError

DEFAULT_PRECISION = 0.8

MIN_ANSWERED = 10
"""Held-out tasks that a threshold must answer: of fewer, any precision happens by luck."""

FOLDS = 10
"""Parts of the held-out tasks, each judged by a rule that was made from the others."""

CONFIDENCE = 0.95
"""Level of the intervals."""


@dataclass(frozen=True)
class Tally:
    """How answers went: of ``n_tasks`` tasks ``n_answered`` were, ``n_correct`` of them rightly."""

    n_tasks: int
    n_answered: int
    n_correct: int

    @classmethod
    def of(cls, answered: NDArray[np.bool_], correct: NDArray[np.bool_]) -> "Tally":
        return cls(len(answered), int(answered.sum()), int((answered & correct).sum()))

    @property
    def coverage(self) -> float:
        """Share of the tasks that got an answer."""
        return self.n_answered / self.n_tasks

    @property
    def precision(self) -> float | None:
        """Share of the answers that were right; None without answers."""
        return self.n_correct / self.n_answered if self.n_answered else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Clopper and Pearson's exact interval of the precision, at CONFIDENCE."""
        if not self.n_answered:
            return None
        exact = binomtest(self.n_correct, self.n_answered).proportion_ci(CONFIDENCE, "exact")
        return float(exact.low), float(exact.high)


@dataclass(frozen=True)
class Rule:
    """Answer where the calibrated probability reaches ``threshold``.

    target: the precision that was asked for.
    threshold: None when no threshold reaches the target on the held-out tasks.
    fitted: the held-out tasks under the rule that was made from them, which flatters.
    crossed: the same tasks, each under a rule that was made from the other folds.
    """

    target: float
    temperature: float
    threshold: float | None
    fitted: Tally
    crossed: Tally


def check_precision(target: float) -> None:
    """Raise ConfigError unless 0 < target <= 1."""
    if not 0 < target <= 1:
        raise ConfigError(
            f"--precision must be above 0 and at most 1, got {target:g}; 0.8 means four in five"
        )


def make_rule(held_out: HeldOut, target: float) -> Rule:
    """The rule that answers most tasks while ``target`` of the held-out answers are right.

    Raises ConfigError unless 0 < target <= 1.
    """
    check_precision(target)
    temperature, threshold = _fit(held_out, target)
    answered = np.zeros(len(held_out), np.bool_)
    fold = np.arange(len(held_out)) % FOLDS
    for number in range(min(FOLDS, len(held_out))):
        inside = fold == number
        if inside.all():
            continue
        answered[inside] = _answers(held_out.on(inside), *_fit(held_out.on(~inside), target))
    correct = _correct(held_out)
    return Rule(
        target,
        temperature,
        threshold,
        Tally.of(_answers(held_out, temperature, threshold), correct),
        Tally.of(answered, correct),
    )


def _fit(held_out: HeldOut, target: float) -> tuple[float, float | None]:
    """Temperature, and the lowest threshold at which the target is reached."""
    temperature = fit_temperature(held_out)
    best = calibrated(held_out.probabilities, temperature).max(axis=1)
    order = np.argsort(-best, kind="stable")
    n_answered = np.arange(1, len(best) + 1)
    precision = np.cumsum(_correct(held_out)[order]) / n_answered
    # A threshold cannot part equal probabilities: only the last of them can be the end.
    ends = np.append(np.diff(best[order]) < 0, True)
    good = np.flatnonzero(ends & (precision >= target) & (n_answered >= MIN_ANSWERED))
    return temperature, float(best[order[good[-1]]]) if len(good) else None


def _answers(held_out: HeldOut, temperature: float, threshold: float | None) -> NDArray[np.bool_]:
    if threshold is None:
        return np.zeros(len(held_out), np.bool_)
    reached: NDArray[np.bool_] = (
        calibrated(held_out.probabilities, temperature).max(axis=1) >= threshold
    )
    return reached


def _correct(held_out: HeldOut) -> NDArray[np.bool_]:
    correct: NDArray[np.bool_] = held_out.probabilities.argmax(axis=1) == held_out.labels
    return correct
