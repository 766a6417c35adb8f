"""One task's file is read strictly and written compactly."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcsweep.errors import InputError
from arcsweep.tasks.arc_json import (
    decode_demonstrations,
    decode_task,
    encode_task,
    read_content,
    write_task,
)
from arcsweep.tasks.grid import Grid

from .test_grid import valid_rows

PATH = Path("folder/abc.json")
PAIR = {"input": [[1, 2]], "output": [[3]]}


def task_with(pair: Any) -> str:
    return json.dumps({"train": [PAIR, pair], "test": []})


@given(st.lists(st.tuples(valid_rows, valid_rows), min_size=1, max_size=3))
def test_written_examples_are_read_back(pairs: list[tuple[Any, Any]]) -> None:
    examples = [(Grid.of(given), Grid.of(made)) for given, made in pairs]
    content = encode_task(examples)
    assert decode_task(content, PATH) == examples
    assert json.loads(content) == {
        "train": [{"input": given, "output": made} for given, made in pairs],
        "test": [],
    }


def test_file_has_no_spaces_and_the_content_that_is_returned(tmp_path: Path) -> None:
    content = write_task(tmp_path / "t.json", [(Grid.of([[1, 2]]), Grid.of([[3]]))])
    assert content == b'{"train":[{"input":[[1,2]],"output":[[3]]}],"test":[]}\n'
    assert read_content(tmp_path / "t.json") == content


def test_test_pairs_count_when_they_have_an_output() -> None:
    task = {"train": [PAIR], "test": [{"input": [[4]]}, {"input": [[5]], "output": [[6]]}]}
    examples = decode_task(json.dumps(task).encode(), PATH)
    assert [made.cells for _, made in examples] == [b"\x03", b"\x06"]


def test_demonstrations_are_the_train_pairs_of_a_file_that_is_whole_all_the_same() -> None:
    pair = {"input": [[1]], "output": [[2]]}
    task: dict[str, Any] = {"train": [pair], "test": [pair]}
    assert len(decode_demonstrations(json.dumps(task).encode(), PATH)) == 1
    task["test"] = [{"input": [[10]], "output": [[2]]}]
    with pytest.raises(InputError, match=r"test\[0\]"):
        decode_demonstrations(json.dumps(task).encode(), PATH)


def test_missing_test_part_and_unknown_keys_are_fine() -> None:
    task = {"name": "true", "train": [{**PAIR, "note": None}]}
    assert len(decode_task(json.dumps(task).encode(), PATH)) == 1


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (task_with({**PAIR, "input": [[11]]}), "train[1].input: a colour must be an integer from"),
        (task_with({**PAIR, "output": [[1] * 31]}), "train[1].output: a row must have 1 to 30"),
        (task_with({**PAIR, "output": [[1, 1], [1]]}), "train[1].output: rows must have equal"),
        (task_with({**PAIR, "output": [[1, True]]}), "row 0, column 1 is true"),
        (task_with({**PAIR, "output": None}), "train[1].output: a grid must be a list of rows"),
        (task_with({"input": [[1]]}), 'train[1] must have the key "output", it is missing'),
        (task_with([[1], [2]]), "train[1] must be an object with input and output, got a list"),
        ('{"train": [], "test": []}', "train must hold at least one pair, got none"),
        ('{"train": {}, "test": []}', "train must be a list of pairs, got an object"),
        ('{"test": []}', 'must hold one task with the key "train", its keys are: test'),
        ("{}", 'must hold one task with the key "train", its keys are: none'),
        (
            json.dumps({"train": [PAIR], "test": [{"input": [[1]], "output": [[12]]}]}),
            "test[0].output: a colour must be",
        ),
        (json.dumps({"train": [PAIR], "test": [7]}), "test[0] must be an object with input"),
        (json.dumps({"train": [PAIR], "test": None}), "test must be a list of pairs, got null"),
        ("[]", "must hold one JSON object, got a list"),
        ("3", "must hold one JSON object, got a number"),
        ("", "must be whole and valid JSON: Expecting value"),
        (task_with(PAIR)[:-20], "must be whole and valid JSON"),
        (task_with(PAIR) + "x", "must be whole and valid JSON: Extra data"),
        ('{"train": NaN}', "must be whole and valid JSON: NaN is no JSON number"),
        ('{"train": [1], "train": []}', "must be whole and valid JSON: an object names one key"),
        ("[" * 100_000, "must be whole and valid JSON"),
        ('{"train": [' + "9" * 5000 + "]}", "must be whole and valid JSON"),
    ],
)
def test_broken_file_gives_one_line_with_file_fault_and_remedy(content: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_task(content.encode(), PATH)
    text = str(caught.value)
    assert text.startswith(f"{PATH}: ")
    assert fault in text
    assert text.endswith("; correct the file or remove it")
    assert "\n" not in text


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="must be whole and valid JSON"):
        decode_task(b'{"train": "\xff\xfe"}', PATH)


def test_missing_file_and_folder_in_its_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing; run `arcsweep tasks`"):
        read_content(tmp_path / "none.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InputError, match=r"folder\.json: cannot be read \(Is a directory\)"):
        read_content(tmp_path / "folder.json")


def test_ten_thousand_mean_sized_grids_are_read_in_seconds() -> None:
    grid = Grid.of([[3] * 17] * 17)
    content = encode_task([(grid, grid)] * 5000)
    started = time.process_time()
    decode_task(content, PATH)
    assert time.process_time() - started < 5  # 0.7 s measured; 60,000 examples take a few
