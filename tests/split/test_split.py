"""Claims about the split."""

import json
from collections import Counter
from pathlib import Path

import pytest

from arcsweep.errors import InputError
from arcsweep.split.split import Split, load_split, make_split, write_split


def tasks(**counts: int) -> dict[str, str]:
    """So many tasks of each category."""
    return {f"{name}-{i:03}": name for name, count in counts.items() for i in range(count)}


LABELS = tasks(S1=40, S3=118, A1=5, K1=4, ambiguous=20)


def test_every_labelled_task_is_on_one_side() -> None:
    split = make_split(LABELS, 0.2, 42)
    assert not set(split.train) & set(split.validation)
    assert split.train | split.validation == {t: c for t, c in LABELS.items() if c != "ambiguous"}


@pytest.mark.parametrize("stratify", [True, False])
def test_five_tasks_validate_at_least_once_and_four_only_train(stratify: bool) -> None:
    split = make_split(LABELS, 0.2, 42, stratify)
    counts = Counter(split.validation.values())
    assert counts["A1"] >= 1 and counts["K1"] == 0
    assert split.train_only_categories == ("K1",)
    assert "A1" in split.train.values()


def test_stratified_shares_follow_the_ratio() -> None:
    counts = Counter(make_split(LABELS, 0.2, 42).validation.values())
    assert counts == {"S1": 8, "S3": 24, "A1": 1}


def test_unstratified_split_keeps_the_ratio_over_all_tasks() -> None:
    split = make_split(LABELS, 0.2, 42, stratify=False)
    assert len(split.validation) == round(0.2 * (40 + 118 + 5))
    assert Counter(split.validation.values()) != Counter(make_split(LABELS, 0.2, 42).validation)


@pytest.mark.parametrize("stratify", [True, False])
@pytest.mark.parametrize("val_ratio", [0.001, 0.5, 0.999])
def test_extreme_ratios_leave_both_sides_of_every_category(
    stratify: bool, val_ratio: float
) -> None:
    split = make_split(LABELS, val_ratio, 1, stratify)
    for side in (split.train, split.validation):
        assert {"S1", "S3", "A1"} <= set(side.values())


def test_the_seed_and_nothing_else_decides() -> None:
    split = make_split(LABELS, 0.2, 42)
    assert make_split(dict(reversed(LABELS.items())), 0.2, 42) == split
    assert make_split(LABELS, 0.2, 43).validation != split.validation


def test_one_task_more_moves_few_others() -> None:
    before = make_split(LABELS, 0.2, 42)
    after = make_split(LABELS | {"S1-new": "S1"}, 0.2, 42)
    moved = set(before.validation) ^ set(after.validation)
    assert len(moved - {"S1-new"}) <= 1


def test_no_more_tasks_of_a_category_than_allowed() -> None:
    split = make_split(LABELS, 0.2, 42, max_tasks_per_category=10)
    assert Counter((split.train | split.validation).values())["S3"] == 10
    assert Counter(split.validation.values())["S3"] == 2


@pytest.mark.parametrize("labels", [{}, tasks(ambiguous=9), tasks(S1=4, S2=4)])
def test_labels_that_leave_nothing_to_validate_are_refused(labels: dict[str, str]) -> None:
    with pytest.raises(InputError, match="at least one category 5 tasks"):
        make_split(labels, 0.2, 42)


def test_equal_splits_have_equal_hashes_and_others_not() -> None:
    a = Split.of({"x": "S1", "y": "S1"}, {"z": "S1"}, ())
    assert a.content_hash == Split.of({"y": "S1", "x": "S1"}, {"z": "S1"}, ()).content_hash
    assert a.content_hash != Split.of({"x": "S1"}, {"y": "S1", "z": "S1"}, ()).content_hash
    assert a.content_hash != Split.of({"x": "S1", "y": "S1"}, {"z": "S1"}, ("K1",)).content_hash


def test_a_split_comes_back_as_it_was_written(tmp_path: Path) -> None:
    split = make_split(LABELS, 0.2, 42)
    write_split(tmp_path / "split.json", split, 0.2, 42)
    assert load_split(tmp_path / "split.json") == split
    record = json.loads((tmp_path / "split.json").read_text())
    assert (record["seed"], record["val_ratio"]) == (42, 0.2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"validation": {}}, "content_hash"),
        ({"content_hash": "0"}, "content_hash"),
        ({"train": {"x": "S9"}}, "train must map"),
        ({"train": {"x": ["S1"]}}, "train must map"),
        ({"validation": None}, "validation must map"),
        ({"train_only_categories": ["S9"]}, "train_only_categories"),
        ({"train_only_categories": [[]]}, "train_only_categories"),
    ],
)
def test_an_edited_split_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "split.json"
    write_split(path, make_split(LABELS, 0.2, 42), 0.2, 42)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError, match=words) as caught:
        load_split(path)
    assert str(path) in str(caught.value) and "arcsweep split" in str(caught.value)


def test_a_missing_split_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is missing; run `arcsweep split`"):
        load_split(tmp_path / "split.json")
