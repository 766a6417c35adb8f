"""Answers as CSV."""

import csv
from pathlib import Path

from arcsweep.classifier.model import Classifier
from arcsweep.classifier.table import COLUMNS, write_table

from .exports import asked, export


def test_each_task_is_one_row_whatever_its_name(tmp_path: Path) -> None:
    tasks = [asked("aaaa0001"), asked('odd, "name"\nof a task', n_pairs=2)]
    classifier = Classifier(export())
    answers = classifier.classify_all(tasks, precision=0.99)
    write_table(tmp_path / "answers.csv", answers)
    with (tmp_path / "answers.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == [task.task_id for task in tasks]
    assert [row["n_pairs"] for row in rows] == ["3", "2"]
    assert {row["category"] for row in rows} == {"unknown"}
    assert rows[0]["seen"] == "trained" and rows[0]["known_label"] == "S1"
    assert float(rows[0]["probability"]) >= float(rows[0]["second_probability"])
