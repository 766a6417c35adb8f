"""Asking several models."""

import numpy as np
import torch

from arcsweep.classifier.demonstrations import build_views
from arcsweep.classifier.ensemble import VIEWS_AT_ONCE, ensemble_probabilities, n_batches

from .exports import asked, export

EXPORT = export()
MODELS = [member.model for member in EXPORT.members]


def probabilities(n_tasks: int, first: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    pairs = [asked(n_pairs=1 + n % 5, seed=n).pairs for n in range(first, first + n_tasks)]
    return ensemble_probabilities(MODELS, EXPORT.showing, pairs, torch.device("cpu"))


def test_a_task_gets_the_same_answer_alone_and_among_others() -> None:
    together = probabilities(VIEWS_AT_ONCE)
    assert together.shape == (2, VIEWS_AT_ONCE, 9)
    for number in (0, 7, VIEWS_AT_ONCE - 1):
        alone = probabilities(1, first=number)
        assert np.allclose(alone[:, 0], together[:, number], atol=1e-6)


def test_every_models_rows_sum_to_one_and_models_differ() -> None:
    asked_both = probabilities(4)
    assert np.allclose(asked_both.sum(axis=2), 1)
    assert not np.allclose(asked_both[0], asked_both[1])


def test_a_models_probabilities_come_of_the_mean_logits_of_its_views() -> None:
    for n_pairs in (3, 4):
        pairs = asked(n_pairs=n_pairs).pairs
        told = ensemble_probabilities(MODELS, EXPORT.showing, [pairs], torch.device("cpu"))
        for number, model in enumerate(MODELS):
            views = [(pairs, shown) for shown in EXPORT.showing.views(n_pairs)]
            with torch.inference_mode():
                logits = [model(build_views([view], model.needs))[0] for view in views]
            mean = torch.stack(logits).mean(dim=0)
            assert np.allclose(told[number, 0], mean.softmax(dim=0), atol=1e-6)


def test_progress_counts_every_batch() -> None:
    pairs = [asked(n_pairs=2, seed=n).pairs for n in range(40)]
    steps: list[int] = []
    ensemble_probabilities(
        MODELS, EXPORT.showing, pairs, torch.device("cpu"), lambda: steps.append(1)
    )
    assert len(steps) == n_batches(pairs, EXPORT.showing) == 3
