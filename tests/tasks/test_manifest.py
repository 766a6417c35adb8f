"""The manifest tells what the data are, and is believed only when it is whole."""

import json
import os
from pathlib import Path

import pytest

from arcsweep.errors import InputError
from arcsweep.tasks.manifest import Manifest, TaskEntry, read_manifest, write_manifest


def entry(digit: str, *, examples: int = 3, rejected: int = 0) -> TaskEntry:
    return TaskEntry(examples=examples, rejected=rejected, sha256=digit * 64)


GENERATED = Manifest(
    source="rearc",
    packages={"reasoning-gym": "0.1.25"},
    seed=42,
    difficulty=(0.0, 1.0),
    examples_per_task=3,
    tasks={"b": entry("b", rejected=2), "a": entry("a")},
)


def test_written_manifest_is_read_back(tmp_path: Path) -> None:
    write_manifest(tmp_path / "m.json", GENERATED)
    assert read_manifest(tmp_path / "m.json") == GENERATED


def test_file_has_the_promised_keys(tmp_path: Path) -> None:
    write_manifest(tmp_path / "m.json", GENERATED)
    assert json.loads((tmp_path / "m.json").read_text()) == {
        "source": "rearc",
        "packages": {"reasoning-gym": "0.1.25"},
        "seed": 42,
        "difficulty": [0.0, 1.0],
        "examples_per_task": 3,
        "tasks": {
            "a": {"examples": 3, "rejected": 0, "sha256": "a" * 64},
            "b": {"examples": 3, "rejected": 2, "sha256": "b" * 64},
        },
        "content_hash": GENERATED.content_hash,
    }


def test_content_hash_depends_on_ids_and_file_hashes_only() -> None:
    same = Manifest(source="files", tasks={"a": entry("a", examples=9), "b": entry("b")})
    assert same.content_hash == GENERATED.content_hash
    for tasks in ({"a": entry("a")}, {"a": entry("a"), "c": entry("b")}, {"a": entry("c")}):
        assert GENERATED.with_tasks(tasks).content_hash != GENERATED.content_hash


def test_equal_manifest_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    write_manifest(path, GENERATED)
    os.utime(path, (1, 1))
    write_manifest(path, GENERATED)
    assert path.stat().st_mtime == 1
    write_manifest(path, GENERATED.with_tasks({}))
    assert path.stat().st_mtime > 1


def test_damaged_manifest_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{")
    write_manifest(tmp_path / "m.json", GENERATED)
    assert read_manifest(tmp_path / "m.json") == GENERATED


def test_missing_manifest_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"m\.json: the manifest is missing; run `arcsweep tasks`"):
        read_manifest(tmp_path / "m.json")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"examples": 3', '"examples": 0', "tasks.a.examples: Input should be greater than"),
        ('"source": "rearc"', '"source": "web"', "source: Input should be 'rearc' or 'files'"),
        ('"seed": 42', '"sead": 42', "sead: Extra inputs are not permitted"),
        ("a" * 64, "c" * 64, "content_hash must be the hash of the tasks listed"),
        ('"content_hash"', '"hash"', "hash: Extra inputs are not permitted"),
        ("{", "[", "must be whole JSON"),
    ],
)
def test_edited_manifest_is_refused_in_one_line(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    path = tmp_path / "m.json"
    write_manifest(path, GENERATED)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        read_manifest(path)
    assert str(caught.value).startswith(f"{path}: {fault}")
    assert str(caught.value).endswith("remove it and run `arcsweep tasks`")
    assert "\n" not in str(caught.value)


def test_manifest_that_is_no_object_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("[1]")
    with pytest.raises(InputError, match="the whole: Input should be a valid dictionary"):
        read_manifest(tmp_path / "m.json")
