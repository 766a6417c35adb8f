"""Demonstration pairs for the tests of encoders."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from arcsweep.encoders.model import SWITCHES, TaskClassifier, build_model
from arcsweep.encoders.pairs import Needs, PairBatch, build_pairs
from arcsweep.tasks.statistics import statistics_row

NOTHING = Needs()

Grid = NDArray[np.uint8]
Pair = tuple[Grid, Grid]

CENTROIDS = np.random.default_rng(7).normal(size=(9, 12)).astype(np.float32)

HEAD: dict[str, Any] = {"embed_dim": 24, "use_cosine": True, "temperature": 10.0}
CNN: dict[str, Any] = {
    **HEAD,
    "encoder_type": "cnn",
    "demo_agg": "flatten",
    "width_mult": 0.5,
    "depth": 4,
    "mlp_hidden": 32,
    "use_coords": True,
}
CONTEXT: dict[str, Any] = {
    **HEAD,
    "encoder_type": "context",
    "ctx_d_model": 32,
    "ctx_n_head": 4,
    "ctx_pixel_layers": 2,
    "ctx_grid_layers": 2,
    "ctx_dropout": 0.2,
}
ON: dict[str, Any] = dict.fromkeys(SWITCHES, True)

EVERY = [CNN, CONTEXT, {**CNN, **ON}, {**CONTEXT, **ON}]
EVERY_NAMES = ["cnn", "context", "cnn-switched", "context-switched"]


def random_grid(rng: np.random.Generator, height: int, width: int) -> Grid:
    return rng.integers(0, 10, (height, width), dtype=np.uint8)


def random_tasks(pairs_per_task: Sequence[int], seed: int = 0) -> list[list[Pair]]:
    """Tasks whose grids have sides of 1 to 30, input and output of different sizes."""
    rng = np.random.default_rng(seed)

    def grid() -> Grid:
        return random_grid(rng, *rng.integers(1, 31, 2).tolist())

    return [[(grid(), grid()) for _ in range(n)] for n in pairs_per_task]


def batch_of(
    tasks: Sequence[Sequence[Pair]],
    needs: Needs = NOTHING,
    **how: Any,
) -> PairBatch:
    """The batch of these tasks' pairs; ``how`` goes to build_pairs."""
    grids = [grid for pairs in tasks for pair in pairs for grid in pair]
    areas = np.array([grid.size for grid in grids], np.int64)
    return build_pairs(
        np.concatenate([grid.ravel() for grid in grids]),
        (np.cumsum(areas) - areas).reshape(-1, 2),
        np.array([grid.shape for grid in grids], np.uint8).reshape(-1, 2, 2),
        np.array([len(pairs) for pairs in tasks], np.int64),
        n_resolutions=needs.n_resolutions,
        statistics=(
            np.stack([statistics_row(*pair) for pairs in tasks for pair in pairs])
            if needs.statistics
            else None
        ),
        **how,
    )


def model_of(params: dict[str, Any], seed: int = 0, **changed: Any) -> TaskClassifier:
    """The model of ``params`` with some changed, its weights drawn from ``seed``."""
    torch.manual_seed(seed)
    return build_model({**params, **changed}, CENTROIDS)


def embed(model: TaskClassifier, tasks: Sequence[Sequence[Pair]], **how: Any) -> torch.Tensor:
    """Embeddings (B, embed_dim) in evaluation mode."""
    with torch.no_grad():
        embedding: torch.Tensor = model.eval().encoder(batch_of(tasks, model.needs, **how))
    return embedding
