"""What an epoch is judged by."""

import pytest
import torch

from arcsweep.training.metrics import validation_metrics


def test_metrics_count_tasks() -> None:
    labels = torch.tensor([0, 0, 0, 3])
    predicted = torch.tensor([0, 0, 3, 3])
    metrics = validation_metrics(
        10.0 * torch.nn.functional.one_hot(predicted, 9), labels, ["a", "b", "c", "d"]
    )
    assert metrics["accuracy"] == 0.75
    assert (metrics["n_correct"], metrics["n_tasks"]) == (3, 4)
    assert metrics["accuracy_S1"] == pytest.approx(2 / 3)
    assert metrics["accuracy_C1"] == 1.0
    assert [name for name in metrics if name.startswith("accuracy_")] == [
        "accuracy_S1",
        "accuracy_C1",
    ]
    assert metrics["confusion"][0] == [2, 0, 0, 1, 0, 0, 0, 0, 0]
    assert sum(map(sum, metrics["confusion"])) == 4
    assert metrics["predictions"] == {"a": "S1", "b": "S1", "c": "C1", "d": "C1"}
    assert metrics["validation_loss"] == pytest.approx(10 / 4, rel=1e-2)
