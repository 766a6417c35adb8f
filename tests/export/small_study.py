"""A study of four easy categories whose extended runs were trained for real, in seconds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from arcsweep.atomic import write_json
from arcsweep.config import Config
from arcsweep.extended.store import hash_file, stored_run
from arcsweep.labels.record import Labels, write_labels
from arcsweep.paths import Paths
from arcsweep.split.centroids import save_centroids
from arcsweep.split.split import Split, write_split
from arcsweep.tasks.arc_json import write_task
from arcsweep.tasks.files import survey_files
from arcsweep.tasks.grid import Grid
from arcsweep.tasks.manifest import write_manifest
from arcsweep.training.objective import load_training_data
from arcsweep.training.run import train_model
from arcsweep.training.saved_model import save_model
from training.easy import CNN, CONTEXT, Recorder, easy_data, settings

SEEDS = [0, 1]
PARAMS = {"cnn": CNN, "context": CONTEXT}
EPOCHS = 6

SHIPPED = Path(__file__).parents[2] / "config.yaml"

CHANGES: dict[str, dict[str, Any]] = {
    "tasks": {"source": "files", "data_dir": "data"},
    "split": {"centroids": "outputs/visual_classifier/centroids.npy"},
    "training": {"num_workers": 0, "device": "cpu"},
    "selection": {"top_k": 1},
    "extended": {"seeds": SEEDS, "epochs": EPOCHS},
    "study": {"name": "small"},
}


@dataclass(frozen=True)
class SmallStudy:
    """config_file: what the command line is given, in the folder that the study lives in."""

    root: Path
    config: Config
    paths: Paths
    config_file: Path


def small_study(root: Path) -> SmallStudy:
    """Tasks, labels, split, centroids, selection and extended runs; group context has no run."""
    given = small_settings()
    config = Config.model_validate(given)
    paths = Paths.of(config, root)
    write_data(paths)
    _write_runs(paths)
    config_file = root / "config.yaml"
    write_json(config_file, given)  # JSON is YAML
    return SmallStudy(root, config, paths, config_file)


def small_settings() -> dict[str, Any]:
    """The shipped config with the small study's changes, without hypotheses."""
    shipped = yaml.safe_load(SHIPPED.read_text()) | {"hypotheses": None}
    return {name: section | CHANGES.get(name, {}) for name, section in shipped.items() if section}


def write_data(paths: Paths) -> None:
    """The easy problem's tasks, labels, split and centroids."""
    easy = easy_data()
    arrays = easy.train.arrays
    for row, task_id in enumerate(arrays.task_ids):
        first, end = arrays.first_example[row : row + 2].tolist()
        grids = [
            [Grid.of(arrays.grid(n, side).tolist()) for side in (0, 1)] for n in range(first, end)
        ]
        write_task(paths.data_dir / f"{task_id}.json", [(pair[0], pair[1]) for pair in grids])
    write_manifest(paths.manifest, survey_files(paths.data_dir))
    category = {task: task[:2] for task in arrays.task_ids}
    write_labels(paths.labels, Labels.of("file", category, {}))
    train, validation = easy.train.task_ids, easy.validation.task_ids
    split = Split.of({t: t[:2] for t in train}, {t: t[:2] for t in validation}, ())
    write_split(paths.split, split, 0.2, 42)
    save_centroids(paths.centroids, easy.centroids)


def _write_runs(paths: Paths) -> None:
    data = load_training_data(paths)
    groups = {
        name: {"requested": 1, "note": "", "trials": [{"rank": 1, "number": n, "params": params}]}
        for n, (name, params) in enumerate(PARAMS.items())
    }
    write_json(paths.selection, {"groups": groups})
    for seed in SEEDS:
        trained = train_model(data, CNN, settings(epochs=EPOCHS), seed, Recorder())
        stored = stored_run(paths.extended_store, 0, seed, "settings")
        save_model(stored.model_path, trained.model, CNN, {"trial": 0})
        record = {
            "empty": False,
            "group": "cnn",
            "rank": 1,
            "seed": seed,
            "trial": 0,
            "epochs": EPOCHS,
            "n_parameters": trained.n_parameters,
            "code_version": "0.1.0",
            "final": trained.final,
            "model": str(stored.model_path.relative_to(paths.study_dir)),
            "model_sha256": hash_file(stored.model_path),
        }
        write_json(paths.extended_record("cnn", 1, seed), record)
        empty = {"group": "context", "rank": 1, "seed": seed, "empty": True, "reason": "no trial"}
        write_json(paths.extended_record("context", 1, seed), empty)
