"""The training function as the sweep engine sees it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arcsweep.config import Config
from arcsweep.errors import InputError
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.paths import Paths
from arcsweep.split.centroids import save_centroids
from arcsweep.split.split import Split, write_split
from arcsweep.training.objective import build

from .easy import CNN, Recorder, easy_data


def config(**training: Any) -> Config:
    return Config.model_validate(
        {
            "training": {"epochs": 1, "device": "cpu", **training},
            "study": {
                "name": "test",
                "n_trials": 1,
                "space": {"encoder_type": {"type": "categorical", "choices": ["cnn"]}},
            },
        }
    )


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Everything that the stages before training write, for the easy problem."""
    paths, data = Paths.of(config(), tmp_path), easy_data()
    sides = (
        {task: CATEGORIES[label] for task, label in zip(side.task_ids, side.labels, strict=True)}
        for side in (data.train, data.validation)
    )
    write_split(paths.split, Split.of(*sides, ()), 0.2, 42)
    save_centroids(paths.centroids, data.centroids)
    for path in (paths.manifest, paths.labels):
        path.write_text(json.dumps({"content_hash": path.stem}))
    monkeypatch.setattr(
        "arcsweep.tasks.arrays.load_task_arrays", lambda *arguments: data.train.arrays
    )
    return paths


def test_a_trial_trains_on_the_search_split(paths: Paths) -> None:
    recorder = Recorder()
    build(config(), paths).train(CNN, 42, recorder)
    assert recorder.metrics[0]["n_tasks"] == len(easy_data().validation)


def test_the_fingerprint_names_all_that_a_trial_means(paths: Paths) -> None:
    fingerprint = build(config(), paths).fingerprint()
    assert list(fingerprint) == [
        "data",
        "labels",
        "split",
        "centroids",
        "training",
        "training_semantics",
    ]
    assert fingerprint["data"] == "manifest"
    assert all(isinstance(value, str) for value in fingerprint.values())


def test_the_fingerprint_follows_settings_and_files(paths: Paths) -> None:
    def changed(**training: Any) -> set[str]:
        now = build(config(**training), paths).fingerprint()
        return {name for name in now if now[name] != before[name]}

    before = build(config(), paths).fingerprint()
    assert changed(device="auto", num_workers=5) == set()
    assert changed(early_stop_patience=0) == {"training"}
    save_centroids(paths.centroids, np.zeros((9, 2), np.float32))
    assert changed() == {"centroids"}
    paths.labels.write_text(json.dumps({"content_hash": "other"}))
    assert changed() == {"centroids", "labels"}


@pytest.mark.parametrize("name", ["manifest", "labels", "split", "centroids"])
def test_a_missing_file_is_named(paths: Paths, name: str) -> None:
    missing: Path = getattr(paths, name)
    missing.unlink()
    with pytest.raises(InputError, match=missing.name):
        build(config(), paths).fingerprint()


def test_a_fingerprint_is_had_without_pytorch(paths: Paths) -> None:
    code = "import sys, arcsweep.training.objective; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_training_imports_nothing_of_the_engine() -> None:
    code = (
        "import sys, arcsweep.training.run, arcsweep.training.saved_model; "
        "sys.exit(bool({'optuna', 'snakemake', 'sqlalchemy', 'sklearn', 'torchvision'} "
        "& set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
