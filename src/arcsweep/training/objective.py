"""The project's training function as the sweep engine sees it.

PyTorch is imported when a trial trains, so that stages which only compare studies start fast.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from arcsweep.config import Config
from arcsweep.config.conditions import values_of
from arcsweep.config.training import TrainingConfig
from arcsweep.errors import InputError
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.protocol import Params, Reporter

if TYPE_CHECKING:
    from arcsweep.training.data import TrainingData
    from arcsweep.training.probe import ClassifierProbe

TRAINING_SEMANTICS = 1
"""Raise this when equal parameters, data and seed no longer train the same model.

A test compares a trained model with stored figures and fails when they move. Studies of another
number are refused, because their trials would not be comparable.
"""

_NOT_SEMANTIC = frozenset({"device", "num_workers"})
"""Settings of training that change how long it takes, and nothing that it trains."""


def semantic_settings(settings: TrainingConfig) -> str:
    """As JSON, the settings that say what a run trains.

    A precision of float32 is left out: it is what runs had that knew of no other.
    """
    exclude = {*_NOT_SEMANTIC, *({"precision"} if settings.precision == "float32" else ())}
    return json.dumps(settings.model_dump(mode="json", exclude=exclude), sort_keys=True)


def build(config: Config, paths: Paths) -> "TrainingObjective":
    """The Objective of this config; the data are loaded when the first trial trains."""
    batch_size = config.study.space.get("batch_size")
    sizes = (values_of(batch_size) if batch_size else None) or (1,)
    return TrainingObjective(config.training, paths, largest_batch=max(map(int, sizes)))


@dataclass
class TrainingObjective:
    """Trains on the search split; its value is the validation accuracy.

    largest_batch: of the search space, in views.
    """

    settings: TrainingConfig
    paths: Paths
    largest_batch: int = 64
    _data: "TrainingData | None" = field(default=None, init=False, repr=False)

    def fingerprint(self) -> Mapping[str, str]:
        """Hashes of the data, labels, split and centroids, and the settings of training.

        Raises InputError when one of the files is missing or has no content_hash.
        """
        return {
            "data": _content_hash(self.paths.manifest, "arcsweep tasks"),
            "labels": _content_hash(self.paths.labels, "arcsweep labels"),
            "split": _content_hash(self.paths.split, "arcsweep split"),
            "centroids": _file_hash(self.paths.centroids),
            "training": semantic_settings(self.settings),
            "training_semantics": str(TRAINING_SEMANTICS),
        }

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        """Train one trial; see :func:`arcsweep.training.run.train_model`."""
        from arcsweep.training.run import train_model

        train_model(self.data(), params, self.settings, seed, reporter)

    def probe(self) -> "ClassifierProbe":
        """What an audit may ask; see :class:`arcsweep.training.probe.ClassifierProbe`."""
        from arcsweep.training.probe import ClassifierProbe

        return ClassifierProbe(self.data(), self.settings, self.largest_batch)

    def data(self) -> "TrainingData":
        """The search split's data, loaded once. Raises InputError."""
        if self._data is None:
            self._data = load_training_data(self.paths)
        return self._data


def load_training_data(paths: Paths) -> "TrainingData":
    """Arrays, both sides of the search split, and its centroids. Raises InputError."""
    from arcsweep.split.centroids import load_centroids
    from arcsweep.split.split import load_split
    from arcsweep.tasks.arrays import load_task_arrays
    from arcsweep.training.data import TrainingData

    split = load_split(paths.split)
    arrays = load_task_arrays(paths.data_dir, paths.manifest, paths.cache)
    return TrainingData.of(arrays, split.train, split.validation, load_centroids(paths.centroids))


def _content_hash(path: Path, command: str) -> str:
    content = read_json_object(path, f"run `{command}`").get("content_hash")
    if not isinstance(content, str):
        raise InputError(f"{path} must have a content_hash, got {content!r}; run `{command}` again")
    return content


def _file_hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(
            f"{path} must be readable, got {error.strerror}; run `arcsweep split`"
        ) from error
