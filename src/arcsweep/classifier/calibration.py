"""Probabilities that mean what they say: one temperature, fitted on held-out tasks.

Source: Guo et al. (2017), On calibration of modern neural networks, section 4.2. One parameter is
what some eighty tasks can carry; isotonic regression would fit their noise.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from arcsweep.classifier.held_out import HeldOut

LOG_TEMPERATURES = (-3.0, 3.0)
"""Range of the logarithm; a temperature at an end says that the models know next to nothing."""

_TINY = 1e-12


def fit_temperature(held_out: HeldOut) -> float:
    """The temperature that makes the true labels of ``held_out`` likeliest."""
    found = minimize_scalar(
        lambda log_t: log_loss(calibrated(held_out.probabilities, np.exp(log_t)), held_out.labels),
        bounds=LOG_TEMPERATURES,
        method="bounded",
    )
    return float(np.exp(found.x))


def calibrated(probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Probabilities (n, 9) at this temperature; the order of the categories stays."""
    logits = np.log(np.maximum(probabilities, _TINY)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    scaled: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return scaled


def log_loss(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Mean negative logarithm (natural) of the true category's probability."""
    true = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(true, _TINY)).mean())
