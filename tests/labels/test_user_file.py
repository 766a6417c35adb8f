"""Claims about the user's own labels."""

import json
from pathlib import Path

import pytest

from arcsweep.errors import InputError
from arcsweep.labels.user_file import labels_from_file

TASKS = ("one", "two", "three")


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.json"
    path.write_text(text)
    return path


def test_the_file_labels_and_the_rest_is_ambiguous(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps({"one": "S1", "two": "ambiguous"}))
    labels = labels_from_file(path, TASKS)
    assert labels.source == "file"
    assert labels.categories == {"one": "S1", "two": "ambiguous", "three": "ambiguous"}
    assert labels.evidence["three"] == "not named in mine.json"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"one": "S1"', "one JSON object"),
        ("", "one JSON object"),
        ("[]", "got list"),
        ("{}", "at least one task"),
        ('{"one": "S4"}', "got 'S4' for 'one'"),
        ('{"one": 3}', "got 3 for 'one'"),
        ('{"one": ["S1"]}', "for 'one'"),
        ('{"nine": "S1"}', "got nine"),
        ('{"one": "S1", "one": "S2"}', "'one' stands twice"),
        ('{"a": "S1", "b": "S1", "c": "S1", "d": "S1"}', "got a, b, c and 1 more"),
    ],
)
def test_a_broken_file_gives_one_line_that_names_it(tmp_path: Path, text: str, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        labels_from_file(path, TASKS)
    message = str(caught.value)
    assert words in message
    assert str(path) in message and "labels.file" in message and "\n" not in message


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe{}")
    for path in (tmp_path / "none.json", tmp_path, binary):
        with pytest.raises(InputError, match=r"labels\.file"):
            labels_from_file(path, TASKS)
