"""A model that is told statistics: of the training side, and the same of a user's pairs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from arcsweep.classifier.demonstrations import build_views
from arcsweep.classifier.first_pairs import first_pairs
from arcsweep.encoders.pairs import Needs
from arcsweep.training.batches import assemble
from arcsweep.training.run import TrainingRun
from arcsweep.training.saved_model import load_model, save_model
from arcsweep.training.views import validation_views
from training.easy import CNN, CONTEXT, easy_data, settings

DATA = easy_data()


@pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
def test_they_are_brought_to_the_training_sides_scale_and_keep_it(
    params: dict[str, Any], tmp_path: Path
) -> None:
    told = {**params, "show_statistics": True}
    model = TrainingRun(DATA, told, settings(), 0).model
    seen = np.arcsinh(DATA.train.own_statistics.astype(np.float64))
    fitted = model.encoder.statistics
    assert fitted is not None
    assert np.allclose(fitted.mean, seen.mean(axis=0), atol=1e-5)
    others = replace(DATA, validation=DATA.train)
    again = TrainingRun(others, told, settings(), 0).model.encoder.statistics
    assert again is not None and torch.equal(again.mean, fitted.mean), "of one side alone"
    save_model(tmp_path / "model.pt", model, told)
    loaded = load_model(tmp_path / "model.pt")[0].encoder.statistics
    assert loaded is not None and torch.equal(loaded.scale, fitted.scale)


def test_own_statistics_are_those_of_the_sides_tasks() -> None:
    tasks = DATA.validation
    rows = [
        tasks.statistics[example]
        for row in tasks.rows
        for example in range(*tasks.arrays.first_example[row : row + 2])
    ]
    assert np.array_equal(tasks.own_statistics, np.stack(rows))


def test_a_users_pairs_have_the_statistics_that_training_gives_them() -> None:
    ordered = settings(random_demos=False, validation_views=1)
    views = validation_views(DATA.validation, ordered)
    needs = Needs(0, statistics=True)
    trained = assemble(DATA.validation, views, slice(0, 6), needs).pairs
    pairs = first_pairs(DATA.validation, ordered.n_demos)
    asked = build_views([(p, np.arange(len(p))) for p in pairs[:6]], needs)
    assert trained.statistics is not None and asked.statistics is not None
    assert torch.equal(trained.codes, asked.codes)
    assert torch.equal(trained.statistics, asked.statistics)
