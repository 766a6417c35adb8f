"""A user's own folder is checked whole and never written to."""

from pathlib import Path

import pytest

from arcsweep.errors import InputError
from arcsweep.tasks.files import survey_files


def test_folder_is_described_and_left_as_it_was(data_dir: Path) -> None:
    before = {path: path.read_bytes() for path in data_dir.rglob("*")}
    manifest = survey_files(data_dir)
    assert {task_id: entry.examples for task_id, entry in manifest.tasks.items()} == {
        "aaaa0001": 3,
        "bbbb0002": 1,
    }
    assert (manifest.source, manifest.seed, manifest.packages) == ("files", None, {})
    assert {path: path.read_bytes() for path in data_dir.rglob("*")} == before


def test_only_visible_json_files_of_the_folder_itself_are_tasks(data_dir: Path) -> None:
    (data_dir / "notes.txt").write_text("not a task")
    (data_dir / ".hidden.json").write_text("not a task")
    (data_dir / "deeper").mkdir()
    (data_dir / "deeper" / "cccc0003.json").write_text("not a task")
    assert set(survey_files(data_dir).tasks) == {"aaaa0001", "bbbb0002"}


def test_one_broken_file_among_good_ones_is_named(data_dir: Path) -> None:
    (data_dir / "abcd.json").write_text('{"train": [')
    with pytest.raises(InputError, match=r"abcd\.json: must be whole and valid JSON"):
        survey_files(data_dir)


def test_folder_without_tasks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tasks\.data_dir must hold at least one ARC JSON file"):
        survey_files(tmp_path)


def test_missing_folder_and_file_in_its_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tasks\.data_dir .* \(No such file or directory\)"):
        survey_files(tmp_path / "none")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"tasks\.data_dir .* \(Not a directory\)"):
        survey_files(tmp_path / "file")
