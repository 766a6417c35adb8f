"""A fold's own answers have no say in what is adopted for it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arcsweep.hypotheses.adoption import adopted_without
from arcsweep.hypotheses.pair import Pair, load_pairs
from arcsweep.hypotheses.verdict import verdicts
from arcsweep.reports.fold_scores import FoldScores

from .made_up import made_up
from .test_verdict import _noise


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, ...]:
    study = made_up(tmp_path_factory.mktemp("adoption"), {"good": 0.08, "idle": 0.0})
    return load_pairs(study.config, study.paths)


def names(pairs: tuple[Pair, ...], judged: tuple[str, ...]) -> list[str]:
    return [v.pair.hypothesis.name for v in adopted_without(judged, pairs, "cnn", 1, 0.95)]


def judged_by(scores: FoldScores, fold: int) -> tuple[str, ...]:
    return tuple(np.array(scores.tasks)[scores.folds[0] == fold])


def answering(scores: FoldScores, tasks: tuple[str, ...], mark: float) -> FoldScores:
    """The same with all answers to ``tasks``, in every repeat, of one mark."""
    correct = scores.correct.copy()
    correct[:, :, [scores.tasks.index(task) for task in tasks]] = mark
    return replace(scores, correct=correct)


def test_no_answer_to_a_folds_tasks_changes_what_is_adopted_for_it(
    pairs: tuple[Pair, ...],
) -> None:
    good, idle = pairs
    assert good.base is not None and idle.variant is not None
    outer = judged_by(good.base, 0)
    for mark in (0.0, 1.0):
        other = (good, replace(idle, variant=answering(idle.variant, outer, mark)))
        assert names(other, outer) == names(pairs, outer)
    # Elsewhere the same answers do decide: they are a fifth of all.
    for_others = judged_by(good.base, 1)
    assert "idle" in names(other, for_others) and "idle" not in names(pairs, for_others)


def test_a_strong_change_is_adopted_for_every_fold(tmp_path: Path) -> None:
    study = made_up(tmp_path, {"good": 0.2, "bad": -0.2})
    pairs = load_pairs(study.config, study.paths)
    assert pairs[0].base is not None
    for fold in range(5):
        assert names(pairs, judged_by(pairs[0].base, fold)) == ["good"]


def test_only_the_asked_base_adopts(pairs: tuple[Pair, ...]) -> None:
    assert not adopted_without((), pairs, "context", 1, 0.95)
    assert not adopted_without((), pairs, "cnn", 2, 0.95)


def test_what_is_gained_by_nested_choice_is_not_optimistic_and_by_plain_choice_is() -> None:
    """Among idle changes, at a level at which luck is often taken for more."""
    rng, level = np.random.default_rng(1), 0.2
    plain, nested = [], []
    for _ in range(150):
        pairs = [_noise(rng) for _ in range(5)]
        base = pairs[0].base
        assert base is not None
        pairs = [replace(pair, base=base, variant=pair.variant) for pair in pairs]
        best = max((v for v in verdicts(pairs, level) if v.effect), key=lambda v: v.effect.estimate)
        plain.append(max(0.0, best.effect.estimate) if best.word == "adopt" else 0.0)
        nested.append(np.mean([_nested_gain(pairs, base, fold, level) for fold in range(5)]))
    error = np.std(nested) / len(nested) ** 0.5
    assert np.mean(plain) > 0.01 and abs(np.mean(nested)) < 3 * error


def _nested_gain(pairs: list[Pair], base: FoldScores, fold: int, level: float) -> float:
    """What the first adopted change gains on the fold, in the first repeat."""
    outer = judged_by(base, fold)
    adopted = adopted_without(outer, pairs, "cnn", 1, level)
    if not adopted or adopted[0].pair.variant is None:
        return 0.0
    at = base.folds[0] == fold
    gained = adopted[0].pair.variant.correct[0, 0, at] - base.correct[0, 0, at]
    return float(gained.mean())
