"""Claims of the folds: who judges, who teaches, and that they stay what they are."""

import json
from pathlib import Path

import pytest

from arcsweep.atomic import write_json
from arcsweep.errors import ConfigError, InputError
from arcsweep.split.folds import Folds, draw_folds, load_folds, write_folds
from arcsweep.split.split import Split, make_split

COUNTS = {"S3": 40, "C1": 25, "K1": 8, "A1": 3}


def labelled() -> dict[str, str]:
    return {f"{category}{n:02}": category for category, count in COUNTS.items()
            for n in range(count)}  # fmt: skip


@pytest.fixture(scope="module")
def split() -> Split:
    return make_split(labelled(), 0.2, 42)


@pytest.fixture(scope="module")
def folds(split: Split) -> Folds:
    return draw_folds(split, 5, 2, 42)


def test_no_judged_task_is_on_any_training_side(split: Split, folds: Folds) -> None:
    for number in range(len(folds)):
        fold = folds.fold(number, split)
        assert fold.judged and not fold.judged.keys() & fold.train.keys()
        assert fold.judged.keys() | fold.train.keys() == labelled().keys()


def test_tasks_that_selected_teach_and_never_judge(split: Split, folds: Folds) -> None:
    for number in range(len(folds)):
        fold = folds.fold(number, split)
        assert split.validation.items() <= fold.train.items()
        assert not split.validation.keys() & fold.judged.keys()


def test_each_repeat_judges_every_task_once_and_in_another_division(
    split: Split, folds: Folds
) -> None:
    for repeat in range(2):
        judged = [t for n in range(5) for t in folds.fold(5 * repeat + n, split).judged]
        assert sorted(judged) == sorted(folds.judged(split))
    assert folds.repeats[0] != folds.repeats[1]


def test_folds_are_stratified(split: Split, folds: Folds) -> None:
    for number in range(len(folds)):
        named = list(folds.fold(number, split).judged.values())
        assert 6 <= named.count("S3") <= 7 and named.count("C1") == 4


def test_a_category_with_fewer_tasks_than_folds_only_trains(split: Split, folds: Folds) -> None:
    assert "A1" not in folds.judged(split).values()
    assert all("A1" in folds.fold(n, split).train.values() for n in range(len(folds)))
    assert "K1" in folds.judged(split).values()
    assert "K1" not in draw_folds(split, 7, 1, 42).judged(split).values()


def test_more_repeats_leave_the_first_folds_as_they_are(split: Split, folds: Folds) -> None:
    more = draw_folds(split, 5, 3, 42)
    assert more.repeats[:2] == folds.repeats
    assert more.content_hash != folds.content_hash
    assert more.fold(3, split).content_hash == folds.fold(3, split).content_hash
    assert len({more.fold(n, split).content_hash for n in range(15)}) == 15


def test_another_seed_draws_other_folds(split: Split, folds: Folds) -> None:
    assert draw_folds(split, 5, 2, 42) == folds
    assert draw_folds(split, 5, 2, 43).repeats != folds.repeats


def test_more_folds_than_tasks_of_any_category_are_refused(split: Split) -> None:
    with pytest.raises(ConfigError, match=r"confirmation\.folds must not be above .*32.*got 33"):
        draw_folds(split, 33, 1, 42)


def test_folds_are_read_as_they_were_written(folds: Folds, tmp_path: Path) -> None:
    write_folds(tmp_path / "folds.json", folds)
    assert load_folds(tmp_path / "folds.json") == folds


def test_folds_that_were_edited_or_are_of_another_split_are_refused(
    split: Split, folds: Folds, tmp_path: Path
) -> None:
    path = tmp_path / "folds.json"
    write_folds(path, folds)
    record = json.loads(path.read_text())
    task = next(iter(record["repeats"][0]))
    record["repeats"][0][task] = (record["repeats"][0][task] + 1) % 5
    write_json(path, record)
    with pytest.raises(InputError, match="content_hash does not match the folds"):
        load_folds(path)
    write_json(path, {"folds": 5})
    with pytest.raises(InputError, match="lacks or garbles"):
        load_folds(path)
    with pytest.raises(InputError, match="of another split"):
        folds.fold(0, make_split(labelled(), 0.2, 43))
    with pytest.raises(InputError, match="--fold must be from 0 to 9, got 10"):
        folds.fold(10, split)
