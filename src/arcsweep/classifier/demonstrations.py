"""Which demonstration pairs of a task the models are shown, and the batches made of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arcsweep.encoders.pairs import Needs, PairBatch, build_pairs
from arcsweep.tasks.arc_json import Example
from arcsweep.tasks.grid import Grid
from arcsweep.tasks.statistics import statistics_row


@dataclass(frozen=True)
class Showing:
    """How pairs become views.

    n_demos: pairs in a view, as in training. n_views: views of a task whose logits are averaged.
    """

    n_demos: int
    n_views: int

    def views(self, n_pairs: int) -> NDArray[np.int64]:
        """Numbers (views, n_demos) of the pairs that each view of a task shows.

        The pairs are dealt out in their order, and from the first one again when they run out: a
        task of two pairs shows 1 2 1 and 2 1 2. Views that would be equal are shown once.
        """
        dealt = np.arange(self.n_views * self.n_demos).reshape(self.n_views, self.n_demos) % n_pairs
        views: NDArray[np.int64] = np.unique(dealt, axis=0)
        return views


def build_views(
    views: Sequence[tuple[Sequence[Example], NDArray[np.int64]]], needs: Needs
) -> PairBatch:
    """The batch of these views: the pairs of a task, and the numbers (n_demos,) of those shown."""
    grids = [grid for pairs, shown in views for number in shown for grid in pairs[number]]
    shapes = np.array([(grid.height, grid.width) for grid in grids], np.uint8).reshape(-1, 2, 2)
    areas = np.array([len(grid.cells) for grid in grids], np.int64)
    return build_pairs(
        np.frombuffer(b"".join(grid.cells for grid in grids), np.uint8),
        (np.cumsum(areas) - areas).reshape(-1, 2),
        shapes,
        np.array([len(shown) for _, shown in views], np.int64),
        n_resolutions=needs.n_resolutions,
        statistics=_statistics(grids) if needs.statistics else None,
    )


def _statistics(grids: Sequence[Grid]) -> NDArray[np.float32]:
    """Of the pairs that stand in ``grids``, input and output in turn; each is taken once."""
    known: dict[tuple[Grid, Grid], NDArray[np.float32]] = {}
    rows = []
    for pair in zip(grids[::2], grids[1::2], strict=True):
        if pair not in known:
            known[pair] = statistics_row(*map(_cells, pair))
        rows.append(known[pair])
    return np.stack(rows)


def _cells(grid: Grid) -> NDArray[np.uint8]:
    return np.frombuffer(grid.cells, np.uint8).reshape(grid.height, grid.width)
