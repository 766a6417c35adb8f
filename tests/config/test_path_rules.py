"""What is written stays in its folder; what is read may lie anywhere."""

from collections.abc import Callable
from typing import Any

import pytest

Errors = Callable[[dict[str, Any]], list[str]]


@pytest.mark.parametrize(
    "path", ["/etc", "../x", "data", ".", "", "data/../../x", "data/..", "src/x", "data/{x}", "~/x"]
)
def test_generated_tasks_stay_below_data(path: str, errors: Errors) -> None:
    lines = errors({"tasks.data_dir": path})
    assert len(lines) == 1
    assert lines[0].startswith("tasks.data_dir must ")


@pytest.mark.parametrize(
    "path",
    ["outputs/visual_classifier/c.txt", "outputs/cache/c.npy", "/c.npy", "outputs/../c.npy"],
)
def test_centroids_stay_in_the_folder_of_the_classifier(path: str, errors: Errors) -> None:
    lines = errors({"split.centroids": path})
    assert len(lines) == 1
    assert lines[0].startswith("split.centroids must ")


def test_own_files_may_lie_anywhere(errors: Errors) -> None:
    changes = {
        "tasks.source": "files",
        "tasks.data_dir": "../my tasks",
        "labels.file": "/home/me/labels.json",
        "split.centroids_file": "../centroids.npy",
    }
    assert errors(changes) == []


@pytest.mark.parametrize("path", ["", "~/labels.json", "a{b}.json", "a\nb"])
def test_own_files_need_an_ordinary_path(path: str, errors: Errors) -> None:
    lines = errors({"labels.file": path})
    assert len(lines) == 1
    assert lines[0].startswith("labels.file must ")
