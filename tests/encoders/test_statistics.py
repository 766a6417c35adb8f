"""Statistics of the grids as the encoders see them."""

import numpy as np
import torch

from arcsweep.encoders.statistics import PairStatistics
from arcsweep.tasks.statistics import N_STATISTICS, statistics_row

from .grids import random_grid, random_tasks


def some(n: int = 50) -> torch.Tensor:
    (pairs,) = random_tasks([n])
    return torch.from_numpy(np.stack([statistics_row(*pair) for pair in pairs]))


def test_what_is_fitted_has_mean_nought_and_deviation_one() -> None:
    statistics = some()
    module = PairStatistics(16)
    module.fit(statistics)
    x = (torch.asinh(statistics) - module.mean) / module.scale
    varied = statistics.std(dim=0) > 0
    assert varied.any() and not varied.all()
    assert x.mean(dim=0).abs().max() < 1e-4
    assert (x.std(dim=0, correction=0)[varied] - 1).abs().max() < 1e-3
    assert (x[:, ~varied] == 0).all()


def test_a_fit_travels_with_the_weights() -> None:
    fitted, loaded = PairStatistics(16), PairStatistics(16)
    fitted.fit(some())
    loaded.load_state_dict(fitted.state_dict())
    assert torch.equal(loaded(some(3)), fitted(some(3)))


def test_permuting_colours_changes_no_statistic() -> None:
    """So that a training view's statistics are those of its example, whatever its colours."""
    rng = np.random.default_rng(3)
    for _ in range(30):
        before, after = (random_grid(rng, *rng.integers(6, 20, 2).tolist()) for _ in range(2))
        # Ties of the commonest colour are broken by its number; a background leaves none.
        for grid in (before, after):
            grid[rng.random(grid.shape) < 0.7] = rng.integers(10)
        colours = rng.permutation(10).astype(np.uint8)
        same = statistics_row(colours[before], colours[after])
        assert same.shape == (N_STATISTICS,)
        assert np.array_equal(same, statistics_row(before, after))
