"""Claims about labels.json."""

import json
from pathlib import Path

import pytest

from arcsweep.errors import InputError
from arcsweep.labels.record import Labels, load_labels, write_labels

LABELS = Labels.of("derived", {"b": "S1", "a": "ambiguous"}, {"a": "none", "b": "turned"})


def test_labels_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_labels(tmp_path / "labels.json", LABELS)
    assert load_labels(tmp_path / "labels.json") == LABELS


def test_the_hash_is_of_the_categories_alone() -> None:
    reworded = Labels.of("file", LABELS.categories, {"a": "other words", "b": "too"})
    relabelled = Labels.of("derived", LABELS.categories | {"b": "S2"}, LABELS.evidence)
    assert reworded.content_hash == LABELS.content_hash
    assert relabelled.content_hash != LABELS.content_hash


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"categories": {"a": "S1", "b": "S1"}}, "content_hash"),
        ({"categories": {"a": "S9"}}, "categories must map"),
        ({"categories": None}, "categories must map"),
        ({"source": "guessed"}, "source"),
        ({"evidence": {"a": 1}}, "evidence"),
        ({"content_hash": "0"}, "content_hash"),
    ],
)
def test_an_edited_file_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "labels.json"
    write_labels(path, LABELS)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=words) as caught:
        load_labels(path)
    assert "run `arcsweep labels` again" in str(caught.value)
