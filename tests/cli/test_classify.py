"""``arcsweep export`` and ``arcsweep classify`` from end to end."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from export.small_study import SmallStudy, small_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("study"))


def arcsweep(study: SmallStudy, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "arcsweep", *arguments],
        cwd=study.root,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "answers.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_studys_ensemble_answers_a_folder_by_default(study: SmallStudy) -> None:
    done = arcsweep(study, "classify", "data", "--answer-all", "--output", "default")
    assert done.returncode == 0, done.stderr
    answers = rows(study.root / "default")
    assert len(answers) == 40
    assert {row["models"] for row in answers} == {"2"}
    assert sum(row["category"] == row["id"][:2] for row in answers) >= 30
    assert {row["seen"] for row in answers} == {"trained", "selected"}
    assert "warning: The held-out tasks are the search's validation tasks" in done.stdout
    assert (study.root / "default" / "gallery.html").stat().st_size > 10_000
    assert (study.root / "outputs" / "small" / "model" / "small.md").exists()


def test_an_exported_file_answers_without_the_study(study: SmallStudy, tmp_path: Path) -> None:
    target = tmp_path / "mine.safetensors"
    done = arcsweep(study, "export", "--seed", "0", "--output", str(target))
    assert done.returncode == 0, done.stderr
    assert f"written to {target} and {tmp_path / 'mine.md'}" in done.stdout
    elsewhere = SmallStudy(tmp_path, study.config, study.paths, study.config_file)
    task = study.root / "data" / "C100.json"
    done = arcsweep(elsewhere, "classify", str(task), "--model", "mine.safetensors")
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in rows(tmp_path / "outputs" / "classified")] == ["C100"]


def test_broken_files_are_named_and_counted_and_the_rest_answered(
    study: SmallStudy, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({"train": [{"input": [[11]], "output": [[0]]}]}))
    (tmp_path / "good.json").write_bytes((study.root / "data" / "K101.json").read_bytes())
    done = arcsweep(study, "classify", str(tmp_path), "nowhere", "--output", str(tmp_path / "out"))
    assert done.returncode == 1
    assert [row["id"] for row in rows(tmp_path / "out")] == ["good"]
    assert "bad.json: train[0].input: a colour must be an integer from 0 to 9" in done.stderr
    assert "nowhere: there is no such file or folder" in done.stderr
    assert "2 of 3 inputs could not be read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ((), "needs a PATH or a --dataset"),
        (("data", "--precision", "80"), "--precision must be above 0 and at most 1, got 80"),
        (("data", "--device", "tpu"), "--device must be auto, cpu or cuda, got 'tpu'"),
        (("--dataset", "arc-agi-3"), "--dataset must be one of arc-agi-1-training"),
        (("data", "--model", "no.safetensors"), "there is no such file"),
        (("data", "--model", "config.yaml"), "must be a whole safetensors file"),
        (("data", "--output", "config.yaml"), "must be a writable folder"),
    ],
)
def test_a_wrong_call_ends_in_one_line(
    study: SmallStudy, arguments: tuple[str, ...], fault: str
) -> None:
    done = arcsweep(study, "classify", *arguments)
    assert done.returncode == 1
    assert fault in done.stderr
    assert "Traceback" not in done.stderr
