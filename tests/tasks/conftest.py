"""Small task data that the tests of this package share."""

import json
from pathlib import Path
from typing import Any

import pytest

SMALL = [[0, 1], [2, 3], [4, 5]]
TASKS: dict[str, Any] = {
    "bbbb0002": {"train": [{"input": [[9]], "output": [[7, 7, 7]]}], "test": []},
    "aaaa0001": {
        "train": [{"input": SMALL, "output": [[5]]}, {"input": [[1] * 30] * 30, "output": SMALL}],
        "test": [{"input": [[6]], "output": [[8], [8]]}, {"input": [[1]]}],
    },
}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A user's folder with two tasks of one and three examples."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for task_id, task in TASKS.items():
        (folder / f"{task_id}.json").write_text(json.dumps(task))
    return folder
