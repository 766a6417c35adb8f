"""Broken files of the user's are refused in one line, before anything starts."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from arcsweep.config import Config
from arcsweep.errors import InputError
from arcsweep.inputs import check_inputs
from arcsweep.labels.taxonomy import CATEGORIES

ROOT = Path(__file__).resolve().parents[1]
TASK = {"train": [{"input": [[1, 2]], "output": [[3]]}] * 4, "test": []}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A config that names tasks, labels and centroids of the user's own, all of them sound."""
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    ids = [f"task{i}" for i in range(18)]
    for task in ids:
        Path("mine", f"{task}.json").write_text(json.dumps(TASK))
    labels = {task: CATEGORIES[i % 9] for i, task in enumerate(ids)}
    Path("labels.json").write_text(json.dumps(labels))
    np.save("centroids.npy", np.ones((9, 4), np.float32))
    mapping = yaml.safe_load((ROOT / "config.yaml").read_text())
    mapping["tasks"] |= {"source": "files", "data_dir": "mine"}
    mapping["labels"] = {"file": "labels.json"}
    mapping["split"]["centroids_file"] = "centroids.npy"
    return Config.model_validate(mapping)


def test_sound_files_are_named(own: Config) -> None:
    assert check_inputs(own) == [
        "18 tasks in mine",
        "18 labels in labels.json",
        "centroids (9, 4) in centroids.npy",
    ]


def task_with(pair: dict[str, object]) -> str:
    return json.dumps({"train": [TASK["train"][0], pair], "test": []})


BREAKS: dict[str, tuple[Callable[[], object], str]] = {
    "truncated JSON": (
        lambda: Path("mine/task3.json").write_text(json.dumps(TASK)[:40]),
        r"mine/task3\.json.*valid JSON",
    ),
    "a colour 11": (
        lambda: Path("mine/task3.json").write_text(
            task_with({"input": [[1, 11]], "output": [[1]]})
        ),
        r"task3\.json: train\[1\]\.input.*0 to 9.*11",
    ),
    "a 31-wide grid": (
        lambda: Path("mine/task3.json").write_text(
            task_with({"input": [[1]], "output": [[0] * 31]})
        ),
        r"task3\.json: train\[1\]\.output.*1 to 30.*31",
    ),
    "centroids of the wrong shape": (
        lambda: np.save("centroids.npy", np.ones((8, 4), np.float32)),
        r"centroids\.npy.*\(9, D\).*\(8, 4\)",
    ),
    "labels for unknown tasks": (
        lambda: Path("labels.json").write_text(json.dumps({"nowhere": "S1"})),
        r"labels\.json.*must be in the data.*nowhere",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_file_is_refused_in_one_line(own: Config, name: str) -> None:
    damage, expected = BREAKS[name]
    damage()
    with pytest.raises(InputError, match=expected) as refused:
        check_inputs(own)
    assert "\n" not in str(refused.value)


def test_tasks_without_programs_need_labels_and_centroids_of_ones_own(own: Config) -> None:
    without_labels = own.model_copy(update={"labels": own.labels.model_copy(update={"file": None})})
    with pytest.raises(InputError, match=r"labels\.file"):
        check_inputs(without_labels)
    split = own.split.model_copy(update={"centroids_file": None})
    with pytest.raises(InputError, match=r"split\.centroids_file"):
        check_inputs(own.model_copy(update={"split": split}))
