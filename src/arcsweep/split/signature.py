"""A fixed-length description of a task's programs, from which the centroids are averaged.

Three views of the programs, one after the other, each counting every operation of
:data:`arcsweep.labels.operations.SHAPING` in alphabetical order:

1. what the generator does for the output alone,
2. what it does for the input alone,
3. what the verifier does to make the output.

A component is log(1 + count); the whole is scaled to unit length. Neither the label nor the
task's id takes part.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from arcsweep.errors import InputError
from arcsweep.labels.features import Features
from arcsweep.labels.operations import SHAPING
from arcsweep.labels.output_part import called
from arcsweep.labels.program import program, program_ids

OPERATIONS = tuple(sorted(SHAPING))
"""The operations that each view counts, in order."""

DIMENSION = 3 * len(OPERATIONS)
"""D, the length of a signature."""


def signatures(task_ids: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """Task id → its (D,) float32 signature; all 400 take a few seconds.

    Raises InputError when a task has no program.
    """
    unknown = sorted(set(task_ids) - program_ids())
    if unknown:
        raise InputError(
            f"centroids can only be derived from the programs of RE-ARC's own tasks, got "
            f"{', '.join(unknown[:3])}; set split.centroids_file to a (9, D) float .npy"
        )
    return {task: signature(Features.of(program(task))) for task in sorted(task_ids)}


def signature(features: Features) -> NDArray[np.float32]:
    """The (D,) float32 signature; of unit length, or zero where no operation counts."""
    views: tuple[Mapping[str, int], ...] = (
        called(features.out.definitions),
        called(features.given.definitions),
        features.solver.making,
    )
    counts = [view.get(name, 0) for view in views for name in OPERATIONS]
    vector = np.log1p(np.array(counts, np.float64))
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)
