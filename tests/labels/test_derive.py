"""Claims about the labels of all RE-ARC tasks."""

import os
import subprocess
import sys

import pytest

from arcsweep.errors import InputError
from arcsweep.labels.derive import derive_labels
from arcsweep.labels.program import program_ids
from arcsweep.labels.record import Labels
from arcsweep.labels.taxonomy import CATEGORIES


@pytest.fixture(scope="module")
def labels() -> Labels:
    return derive_labels(program_ids())


def test_every_task_gets_a_label_and_its_evidence(labels: Labels) -> None:
    assert len(labels.categories) == 400
    assert set(labels.evidence) == set(labels.categories)
    assert all(text and "\n" not in text for text in labels.evidence.values())


def test_every_category_has_tasks_enough_to_validate(labels: Labels) -> None:
    counts = labels.counts()
    assert min(counts[category] for category in CATEGORIES) >= 5
    assert sum(counts.values()) == 400


@pytest.mark.parametrize(
    ("task", "category"),
    [
        ("67a3c6ac", "S1"),  # go = vmirror(gi)
        ("6d0aefbc", "S2"),  # go = hconcat(gi, vmirror(gi))
        ("22eb0ac0", "S3"),  # equal ends of a row are connected
        ("0d3d703e", "C1"),  # a fixed exchange of colours
        ("e5062a87", "C2"),  # occurrences of a shape are filled
        ("9172f3a0", "K1"),  # go = upscale(gi, 3)
        ("99b1bc43", "L1"),  # cells of exactly one of two halves
        ("a3df8b1e", "A1"),  # a ray bounces until it reaches the top
        ("f8ff0b80", "A2"),  # colours of objects, sorted by size
    ],
)
def test_plain_tasks_get_the_category_that_their_program_says(
    labels: Labels, task: str, category: str
) -> None:
    assert labels.categories[task] == category


def test_labels_do_not_depend_on_the_process(labels: Labels) -> None:
    code = (
        "from arcsweep.labels.derive import derive_labels\n"
        "from arcsweep.labels.program import program_ids\n"
        "print(derive_labels(program_ids()).evidence)"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == str(labels.evidence)


def test_a_task_without_a_program_is_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match=r"mine.*set labels\.file"):
        derive_labels(["67a3c6ac", "mine"])


def test_progress_is_told_as_a_line_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    derive_labels(sorted(program_ids())[:3])
    shown = capsys.readouterr()
    assert "deriving labels: 3 of 3" in shown.err and "\x1b" not in shown.err
    assert shown.out == ""
