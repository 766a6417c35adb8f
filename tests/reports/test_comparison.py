"""Claims of the comparison of groups, on a made-up study."""

from pathlib import Path

import pytest

from arcsweep.reports.analysis import analyse
from arcsweep.reports.material import load_material

from .synthetic import SyntheticStudy


def test_the_majority_class_is_the_commonest_of_the_training_tasks(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, n_trials=10).write()
    base = analyse(load_material(study.config, study.paths)).baselines
    in_validation = list(study.split.validation.values())
    assert base.majority_category == "S3"
    assert base.chance == pytest.approx(1 / 9)
    assert base.majority.estimate == in_validation.count("S3") / len(in_validation)


def test_a_planted_difference_lies_in_its_interval(tmp_path: Path) -> None:
    truth = {"cnn": dict.fromkeys(("S1", "S2", "S3", "C1"), 0.3), "context": {}}
    study = SyntheticStudy(tmp_path, accuracy=truth, default=0.6, lr_effect=0.0).write()
    (pair,) = analyse(load_material(study.config, study.paths)).comparisons
    share = sum(c in truth["cnn"] for c in study.split.validation.values())
    expected = 0.3 * share / len(study.split.validation)
    assert (pair.first.name, pair.second.name) == ("cnn", "context")
    assert pair.all_selected is not None
    assert pair.all_selected.low < expected < pair.all_selected.high
    assert pair.all_selected.excludes_zero


def test_several_pairs_share_the_error_of_one(tmp_path: Path) -> None:
    overrides = {"selection": {"by": "batch_size", "top_k": 2}}
    study = SyntheticStudy(tmp_path, n_trials=60, overrides=overrides).write()
    pairs = analyse(load_material(study.config, study.paths)).comparisons
    assert len(pairs) == 6
    assert {round(p.all_selected.confidence, 6) for p in pairs if p.all_selected} == {
        round(1 - 0.05 / 6, 6)
    }
