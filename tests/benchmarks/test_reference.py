"""The fast path computes what the plain one does: same members, same loss, logits, gradients."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from arcsweep.encoders.model import TaskClassifier, build_model
from arcsweep.encoders.pairs import Needs
from arcsweep.training.batches import batches
from arcsweep.training.data import LabelledTasks
from arcsweep.training.views import Views, training_views
from reference.data import load
from reference.model import PlainClassifier
from training.easy import CNN, CONTEXT, settings, task_arrays

BATCH = 4
TOLERANCE = 1e-4

CASES: dict[str, dict[str, Any]] = {
    "cnn": CNN | {"depth": 6},
    "cnn that averages": CNN | {"demo_agg": "mean", "use_coords": False, "depth": 1},
    "context": CONTEXT | {"ctx_dropout": 0.0, "ctx_pixel_layers": 2, "ctx_grid_layers": 2},
}


@pytest.fixture(scope="module")
def tasks() -> LabelledTasks:
    """Six tasks of 2 to 4 examples with grids of 1×1 to 30×30; 2 are fewer than a view shows."""
    rng = np.random.default_rng(5)
    sides = [1, 30, 2, 7, 13, 30, 21, 3]
    made = {
        f"task{number}": [
            (
                rng.integers(0, 10, rng.choice(sides, 2), dtype=np.uint8),
                rng.integers(0, 10, rng.choice(sides, 2), dtype=np.uint8),
            )
            for _ in range(2 + number % 3)
        ]
        for number in range(6)
    }
    categories = ["S1", "C1", "K1", "A2", "C1", "S3"]
    return LabelledTasks.of(task_arrays(made), dict(zip(made, categories, strict=True)))


@pytest.fixture(scope="module")
def folder(tasks: LabelledTasks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same tasks as JSON files."""
    folder = tmp_path_factory.mktemp("json")
    arrays = tasks.arrays
    for row, task_id in enumerate(arrays.task_ids):
        numbers = range(*arrays.first_example[row : row + 2].tolist())
        examples = [
            {name: arrays.grid(e, side).tolist() for side, name in enumerate(("input", "output"))}
            for e in numbers
        ]
        (folder / f"{task_id}.json").write_text(json.dumps({"train": examples, "test": []}))
    return folder


def views_of(tasks: LabelledTasks) -> Views:
    return training_views(tasks, settings(), seed=3, epoch=1)


def model_of(params: dict[str, Any]) -> TaskClassifier:
    torch.manual_seed(0)
    centroids = np.random.default_rng(7).normal(size=(9, 12)).astype(np.float32)
    return build_model(params, centroids).train()


def apart(fast: torch.Tensor, plain: torch.Tensor) -> float:
    """Relative error by norm."""
    return float((fast - plain).norm() / plain.norm())


def step(model: torch.nn.Module, seen: Any, labels: torch.Tensor) -> tuple[Any, ...]:
    logits = model(seen)
    loss = F.cross_entropy(logits, labels, label_smoothing=0.1)
    loss.backward()
    gradients = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
    return loss.detach(), logits.detach(), torch.cat(gradients)


@pytest.mark.parametrize("case", CASES)
def test_a_step_gives_the_same_loss_logits_and_gradients(
    case: str, tasks: LabelledTasks, folder: Path
) -> None:
    views, fast = views_of(tasks), model_of(CASES[case])
    plain = PlainClassifier(copy.deepcopy(fast))
    pairs = zip(
        batches(tasks, views, BATCH, fast.needs, num_workers=0),
        load(folder, tasks, views, BATCH, num_workers=0),
        strict=True,
    )
    for batch, (grids, labels) in pairs:
        assert batch.labels.tolist() == labels.tolist(), "the members that the shuffle gave it"
        fast.zero_grad()
        plain.zero_grad()
        ours = step(fast, batch.pairs, batch.labels)
        theirs = step(plain, grids, labels)
        for one, other in zip(ours, theirs, strict=True):
            assert apart(one, other) < TOLERANCE


@pytest.mark.parametrize("num_workers", [0, 2])
def test_both_paths_show_the_same_views_for_any_num_workers(
    num_workers: int, tasks: LabelledTasks, folder: Path
) -> None:
    views = views_of(tasks)
    pairs = zip(
        batches(tasks, views, BATCH, Needs(), num_workers),
        load(folder, tasks, views, BATCH, num_workers),
        strict=True,
    )
    for batch, (grids, _) in pairs:
        codes = grids[:, :, 0] * 11 + grids[:, :, 1]
        reached = codes[codes != 120]  # 120: neither grid has the cell
        assert torch.equal(batch.pairs.codes, reached)
