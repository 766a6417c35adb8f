"""Both halves of a pair as they are read."""

from pathlib import Path

import pytest

from arcsweep.errors import InputError
from arcsweep.hypotheses.pair import Pair, leave_out, load_pairs
from reports.synthetic import SyntheticStudy

from .made_up import BASE, edit, made_up


@pytest.fixture
def study(tmp_path: Path) -> SyntheticStudy:
    return made_up(tmp_path, {"good": 0.2})


def pair_of(study: SyntheticStudy) -> Pair:
    (pair,) = load_pairs(study.config, study.paths)
    return pair


def test_the_effect_is_variant_minus_base_over_all_judged_tasks(study: SyntheticStudy) -> None:
    pair = pair_of(study)
    assert pair.base is not None and pair.variant is not None
    effect = pair.effect(0.95)
    assert effect is not None
    assert effect.interval.estimate == pytest.approx(pair.variant.mean - pair.base.mean)
    assert pair.base.mean == pytest.approx(BASE, abs=0.05)
    assert effect.interval.low < 0.2 < effect.interval.high


def test_answers_to_tasks_that_are_left_out_do_not_count(study: SyntheticStudy) -> None:
    pair = pair_of(study)
    assert pair.base is not None and pair.variant is not None
    out = pair.base.tasks[::3]
    left = leave_out(pair.variant, out)
    assert set(left.tasks) == set(pair.base.tasks) - set(out)
    expected = left.mean - leave_out(pair.base, out).mean
    effect = pair.effect(0.95, without=out)
    assert effect is not None and effect.interval.estimate == pytest.approx(expected)


def test_a_variant_that_diverged_is_wrong_on_all_its_folds_tasks(study: SyntheticStudy) -> None:
    before = pair_of(study).effect(0.95)
    path = study.paths.hypothesis_record("good", "cnn", 3)
    edit(path, empty=True, outcome="diverged", reason="diverged: x", predictions={})
    pair = pair_of(study)
    after = pair.effect(0.95)
    assert pair.diverged == 1 and before is not None and after is not None
    assert after.interval.estimate < before.interval.estimate - 0.03


def test_another_failure_leaves_the_question_open_with_its_reason(study: SyntheticStudy) -> None:
    path = study.paths.hypothesis_record("good", "cnn", 3)
    edit(path, empty=True, outcome="out_of_memory", reason="out_of_memory: 9 GB")
    pair = pair_of(study)
    assert not pair.asked and not pair.pending and pair.reason == "out_of_memory: 9 GB"


def test_runs_that_are_not_made_yet_are_counted(study: SyntheticStudy) -> None:
    study.paths.hypothesis_record("good", "cnn", 3).unlink()
    pair = pair_of(study)
    assert pair.pending and pair.reason == "1 of 20 runs are not made yet"


@pytest.mark.parametrize("name", ["trial", "fold_hash", "training_seed"])
def test_halves_that_are_no_pair_are_refused(study: SyntheticStudy, name: str) -> None:
    edit(study.paths.hypothesis_record("good", "cnn", 3), **{name: 99})
    with pytest.raises(InputError, match=rf"fold3\.json must have the {name} of its base"):
        load_pairs(study.config, study.paths)


def test_a_garbled_record_is_refused(study: SyntheticStudy) -> None:
    edit(study.paths.hypothesis_record("good", "cnn", 0), seconds=None)
    with pytest.raises(InputError, match="lacks or garbles a field"):
        load_pairs(study.config, study.paths)
