"""The training tasks that lie nearest to a task."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from arcsweep.embeddings.projection import unit_length
from arcsweep.embeddings.record import Embeddings, Space


@dataclass(frozen=True)
class Neighbour:
    """A training task; cosine: similarity to the task asked about, from -1 to 1."""

    task: str
    category: str
    cosine: float


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """One space with the tasks that lie in it."""

    embeddings: Embeddings
    space: Space

    @cached_property
    def _unit(self) -> NDArray[np.float64]:
        return unit_length(self.space.vectors.astype(np.float64))

    def nearest(self, task: str, n: int) -> tuple[Neighbour, ...]:
        """The ``n`` training tasks of highest cosine, the nearest first, ``task`` itself not."""
        found = self.embeddings
        at = found.tasks.index(task)
        cosines = self._unit @ self._unit[at]
        cosines[~np.array(found.trained)] = -np.inf
        cosines[at] = -np.inf
        order = np.argsort(-cosines, kind="stable")[:n].tolist()
        return tuple(
            Neighbour(found.tasks[row], found.categories[row], float(cosines[row]))
            for row in order
            if np.isfinite(cosines[row])
        )
