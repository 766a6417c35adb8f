"""Claims of intervals over repeated folds; their coverage is simulated in test_calibration."""

import numpy as np
import pytest

from arcsweep.reports.fold_scores import FoldScores, Sources, paired

N_TASKS, FOLDS = 100, 5


def scores(right: float, luck: float = 0.0, seed: int = 0, n: int = 1) -> FoldScores:
    """Runs right with this probability, moved by ``luck`` up and down from fold to fold."""
    generator = np.random.default_rng(seed)
    folds = np.array([generator.permutation(np.arange(N_TASKS) % FOLDS) for _ in range(2)])
    chance = right + luck * np.where(folds % 2, 1, -1)
    correct = (generator.random((n, 2, N_TASKS)) < chance).astype(float)
    return FoldScores(tuple(map(str, range(N_TASKS))), folds, correct)


def width(found: FoldScores) -> float:
    interval = found.accuracy(0.95)
    return interval.high - interval.low


def test_luck_of_the_trainings_widens_the_interval() -> None:
    assert width(scores(0.5, luck=0.4)) > 1.2 * width(scores(0.5))


def test_more_configurations_do_not_add_folds_or_tasks() -> None:
    many = scores(0.5, n=50)
    again = FoldScores(many.tasks, many.folds, np.concatenate([many.correct] * 2))
    assert width(again) == pytest.approx(width(many))
    source = Sources.of(many.marks, many.folds)
    assert (source.n_tasks, source.n_folds, source.freedom) == (N_TASKS, 10, 9)


def test_the_paired_test_and_its_interval_say_the_same() -> None:
    first, other = scores(0.4), scores(0.4, seed=1)
    tested = []
    for n_better in range(-30, 31):
        moved = other.correct.copy()
        moved[:, :, : abs(n_better)] = n_better > 0
        found = paired(first, FoldScores(first.tasks, first.folds, moved), 0.95)
        assert found.p is not None
        assert (found.p < 0.05) == found.interval.excludes_zero
        tested.append(found.p)
    assert any(0.025 < p < 0.05 for p in tested) and any(0.05 < p < 0.1 for p in tested)


def test_pairing_takes_out_what_both_find_hard() -> None:
    first = scores(0.5)
    better = first.correct.copy()
    better[:, :, :10] = 1
    second = FoldScores(first.tasks, first.folds, better)
    found = paired(first, second, 0.95)
    assert found.interval.low > 0
    apart = first.accuracy(0.95), second.accuracy(0.95)
    assert apart[0].high > apart[1].low, "each by itself would not tell"


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_all_right_or_all_wrong_still_has_a_width(right: float) -> None:
    found = scores(right)
    assert 0 <= found.accuracy(0.95).low < found.accuracy(0.95).high <= 1
    assert width(found) > 0.02
    assert paired(found, found, 0.95).p is None


def test_a_missing_answer_counts_as_wrong() -> None:
    truth = {"a": "S1", "b": "S1"}
    found = FoldScores.of([[{"a": "S1"}]], truth, [{"a": 0, "b": 1}])
    assert found.mean == 0.5 and found.per_task.tolist() == [1, 0]
