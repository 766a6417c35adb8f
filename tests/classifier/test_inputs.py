"""A user's files: the good ones are read, the broken ones are named."""

import json
from pathlib import Path
from typing import Any

import pytest

from arcsweep.classifier.inputs import read_paths, task_from_object
from arcsweep.errors import InputError

from .exports import task_object


def write(path: Path, task: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(task))
    return path


def test_files_and_folders_are_read_with_their_subfolders(tmp_path: Path) -> None:
    one = write(tmp_path / "one.txt", task_object())
    write(tmp_path / "arc" / "training" / "b.json", task_object())
    write(tmp_path / "arc" / "evaluation" / "a.json", task_object(n_pairs=2))
    write(tmp_path / "arc" / ".git" / "c.json", task_object())
    found = read_paths([one, tmp_path / "arc", one])
    assert [task.task_id for task in found.tasks] == ["one", "a", "b"]
    assert [len(task.pairs) for task in found.tasks] == [3, 2, 3]
    assert not found.faults


def test_only_demonstrations_are_shown_never_a_test_pairs_answer() -> None:
    task = task_object(n_pairs=2)
    task["test"] = [{"input": [[1]], "output": [[2]]}]
    assert len(task_from_object(task).pairs) == 2


def test_grids_of_thirty_by_thirty_and_many_pairs_are_taken(tmp_path: Path) -> None:
    found = read_paths([write(tmp_path / "big.json", task_object(n_pairs=50, side=30))])
    assert len(found.tasks[0].pairs) == 50
    assert found.tasks[0].pairs[0][0].height == 30


def test_each_broken_file_gives_one_line_and_the_rest_go_on(tmp_path: Path) -> None:
    write(tmp_path / "good.json", task_object())
    write(tmp_path / "colour.json", {"train": [{"input": [[10]], "output": [[1]]}]})
    write(tmp_path / "wide.json", {"train": [{"input": [[1] * 31], "output": [[1]]}]})
    write(tmp_path / "empty.json", {"train": []})
    (tmp_path / "torn.json").write_text('{"train": [')
    (tmp_path / "none").mkdir()
    found = read_paths([tmp_path, tmp_path / "missing.json", tmp_path / "none"])
    assert [task.task_id for task in found.tasks] == ["good"]
    rules = {
        "colour.json": "a colour must be an integer from 0 to 9",
        "wide.json": "a row must have 1 to 30 cells",
        "empty.json": "train must hold at least one pair",
        "torn.json": "must be whole and valid JSON",
        "missing.json": "there is no such file",
        "none": "must hold at least one .json file",
    }
    assert len(found.faults) == len(rules)
    for name, rule in rules.items():
        assert any(name in fault and rule in fault for fault in found.faults), name
    assert not any("\n" in fault for fault in found.faults)


@pytest.mark.parametrize("task", [{}, {"train": 3}, {"train": [{"input": [[1]]}]}, {"train": {1}}])
def test_an_object_that_is_no_task_is_refused(task: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        task_from_object(task)
