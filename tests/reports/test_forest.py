"""Claims of the encoders against the random forest."""

from pathlib import Path

import pytest

from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.headline import headline
from arcsweep.reports.material import load_material
from arcsweep.reports.scores import Resampling

from .synthetic import SyntheticStudy


def analysis_of(tmp_path: Path, **study: object) -> Analysis:
    made = SyntheticStudy(tmp_path, **study).write()  # type: ignore[arg-type]
    return analyse(load_material(made.config, made.paths))


def test_an_encoder_that_the_forest_beats_is_told_so_plainly(tmp_path: Path) -> None:
    truth = {"cnn": dict.fromkeys(("S1", "S2", "S3", "C1"), 0.95)}
    said = headline(analysis_of(tmp_path, accuracy=truth, default=0.2, forest=0.6))
    assert "CNN beats the random forest by" in said
    assert "Context has learnt nothing worth a GPU: a random forest" in said


def test_what_the_interval_leaves_open_is_not_told_either_way(tmp_path: Path) -> None:
    said = headline(analysis_of(tmp_path, default=0.4, lr_effect=0.0, forest=0.4))
    assert "Whether Context is better than a random forest" in said and "cannot be told" in said
    assert "nothing worth a GPU" not in said and "beats the random forest" not in said


def test_the_difference_is_paired_over_the_same_tasks(tmp_path: Path) -> None:
    found = analysis_of(tmp_path, default=0.6, lr_effect=0.0, forest=0.3)
    assert found.forest is not None
    for interval in found.forest.over.values():
        assert interval is not None
        assert interval.low < 0.3 < interval.high
        assert interval.n_tasks == len(found.material.split.validation)


def test_repeats_do_not_add_tasks(tmp_path: Path) -> None:
    found = analysis_of(tmp_path, forest=0.5)
    assert found.forest is not None
    accuracy = found.forest.accuracy
    assert accuracy.n_tasks == len(found.material.baseline["cross_validation"]["truth"])
    assert accuracy.low < 0.5 < accuracy.high
    assert "5 stratified folds, 4 times" in accuracy.how
    assert "the repeats" in accuracy.how


@pytest.mark.parametrize("forest", [None, 0.4])
def test_without_a_record_or_with_one_of_another_split_there_is_no_forest(
    tmp_path: Path, forest: float | None
) -> None:
    found = analysis_of(tmp_path, forest=forest)
    if forest is not None:
        from arcsweep.reports.forest import forest as build

        assert build(found.material.baseline, found.groups, {"other": "S1"},
                     Resampling(0.95, 100, 0)) is None  # fmt: skip
    else:
        assert found.forest is None
        assert "random forest" not in headline(found)
