"""Claims of the confirmation's slots."""

import json
from pathlib import Path

import pytest

from arcsweep.confirmation.run import confirm_slot
from arcsweep.errors import ConfigError, InputError

from .fold_study import FoldStudy, fold_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> FoldStudy:
    return fold_study(tmp_path_factory.mktemp("slots"), epochs=1)


def test_a_slot_says_which_trial_and_fold_it_is_with_the_fold_as_its_seed(
    study: FoldStudy,
) -> None:
    confirm_slot(study.config, "cnn", 1, 2, study.paths)
    record = json.loads(study.paths.confirmation_record("cnn", 1, 2).read_text())
    assert (record["group"], record["rank"], record["fold"]) == ("cnn", 1, 2)
    assert (record["trial"], record["training_seed"], record["epochs"]) == (7, 2, 1)


def test_a_rank_without_a_trial_is_an_empty_slot_with_its_reason(study: FoldStudy) -> None:
    confirm_slot(study.config, "context", 1, 0, study.paths)
    record = json.loads(study.paths.confirmation_record("context", 1, 0).read_text())
    assert record["empty"] and record["reason"] == "0 COMPLETE trials"


def test_slots_outside_the_config_are_refused(study: FoldStudy) -> None:
    with pytest.raises(ConfigError, match=r"--rank must be from 1 to confirmation\.top_k \(1\)"):
        confirm_slot(study.config, "cnn", 2, 0, study.paths)
    with pytest.raises(ConfigError, match=r"--fold must be below .* \(4\), got 4"):
        confirm_slot(study.config, "cnn", 1, 4, study.paths)
    with pytest.raises(InputError, match="--group must be one of cnn, context"):
        confirm_slot(study.config, "rnn", 1, 0, study.paths)


def test_without_folds_a_slot_says_what_to_run(study: FoldStudy, tmp_path: Path) -> None:
    other = fold_study(tmp_path)
    other.paths.folds.unlink()
    with pytest.raises(InputError, match=r"folds\.json is missing; run `arcsweep folds`"):
        confirm_slot(other.config, "cnn", 1, 0, other.paths)
