"""The tasks that lie nearest to a task, of those that taught."""

from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from arcsweep.embeddings.projection import unit_length
from arcsweep.embeddings.record import STATISTICS, Embeddings, Space


@dataclass(frozen=True)
class Neighbour:
    """A task that taught; cosine: similarity to the task asked about, from -1 to 1."""

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

    def shows(self, task: str) -> bool:
        """Whether the task's place here says what a model makes of a task that is new to it.

        A model puts the tasks that it was trained on beside their category.
        """
        if task not in self.embeddings.tasks:
            return False
        return (
            self.space.kind == STATISTICS
            or not self.embeddings.trained[self.embeddings.tasks.index(task)]
        )

    def nearest(self, task: str, n: int, among: Set[str]) -> tuple[Neighbour, ...]:
        """The ``n`` tasks ``among`` these of highest cosine, the nearest first, ``task`` itself
        not."""
        found = self.embeddings
        at = found.tasks.index(task)
        cosines = self._unit @ self._unit[at]
        cosines[[other not in among for other in found.tasks]] = -np.inf
        cosines[at] = -np.inf
        order = np.argsort(-cosines, kind="stable")[:n].tolist()
        return tuple(
            Neighbour(found.tasks[row], found.categories[row], float(cosines[row]))
            for row in order
            if np.isfinite(cosines[row])
        )
