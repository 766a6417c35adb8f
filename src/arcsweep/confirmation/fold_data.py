"""What a run on a fold trains with and is judged on, and the hashes that say what that is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from arcsweep.config import Config
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.split.centroids import derive_centroids, load_centroids
from arcsweep.split.folds import Fold, load_folds
from arcsweep.split.signature import signatures
from arcsweep.split.split import load_split

if TYPE_CHECKING:
    from arcsweep.training.data import TrainingData


@dataclass(frozen=True)
class FoldData:
    """Fold ``fold`` of the study in ``paths``.

    own_centroids: the user's matrix, which is taken as it is; None derives the centroids from the
        fold's training side alone.
    """

    fold: Fold
    paths: Paths
    own_centroids: Path | None = None

    @classmethod
    def of(cls, config: Config, number: int, paths: Paths | None = None) -> "FoldData":
        """Fold ``number``, counted through all repeats; raises InputError when there is none."""
        paths = paths or Paths.of(config)
        fold = load_folds(paths.folds).fold(number, load_split(paths.split))
        # `arcsweep split` has copied it there.
        return cls(fold, paths, paths.centroids if config.split.centroids_file else None)

    @cached_property
    def centroids(self) -> NDArray[np.float32]:
        """Float32 (9, D)."""
        if self.own_centroids is not None:
            return load_centroids(self.own_centroids)
        return derive_centroids(self.fold.train, signatures(self.fold.train))

    def meaning(self) -> Mapping[str, str]:
        """Hashes of all that a run on this fold depends on but its settings.

        Raises InputError when a file is missing.
        """
        manifest = read_json_object(self.paths.manifest, "run `arcsweep tasks`")
        return {
            "data": str(manifest.get("content_hash")),
            "fold": self.fold.content_hash,
            "centroids": hashlib.sha256(self.centroids.tobytes()).hexdigest(),
        }

    def load(self) -> "TrainingData":
        """Arrays and both sides, the judged one in the place of validation tasks."""
        # PyTorch takes seconds to import; a run that is kept does without.
        from arcsweep.tasks.arrays import load_task_arrays
        from arcsweep.training.data import TrainingData

        arrays = load_task_arrays(self.paths.data_dir, self.paths.manifest, self.paths.cache)
        return TrainingData.of(arrays, self.fold.train, self.fold.judged, self.centroids)
