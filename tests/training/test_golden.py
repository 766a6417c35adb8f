"""Equal inputs train the same model in every version that shares TRAINING_SEMANTICS."""

from typing import Any

import pytest

from arcsweep.training.objective import TRAINING_SEMANTICS
from arcsweep.training.run import train_model

from .easy import CNN, CONTEXT, Recorder, easy_data, settings

GOLDEN = {
    "cnn": {"train_loss": 1.777425, "validation_loss": 1.521847},
    "context": {"train_loss": 1.917859, "validation_loss": 1.708295},
}
"""Of the second epoch, for TRAINING_SEMANTICS 1. CPUs and libraries differ by less than 1e-3."""


@pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
def test_training_means_what_its_version_says(params: dict[str, Any]) -> None:
    recorder = Recorder()
    train_model(easy_data(), params, settings(epochs=2), 42, recorder)
    found = {name: recorder.metrics[-1][name] for name in GOLDEN["cnn"]}
    assert found == pytest.approx(GOLDEN[params["encoder_type"]], rel=1e-3), (
        f"training no longer gives what TRAINING_SEMANTICS {TRAINING_SEMANTICS} gave: raise the "
        "constant in arcsweep/training/objective.py and store the new figures here, so that no "
        "study mixes trials of both, or undo the change"
    )
