"""What is concluded, and how often without cause."""

from dataclasses import replace

import numpy as np
import pytest

from arcsweep.config.hypotheses import HypothesisConfig
from arcsweep.hypotheses.pair import Pair, load_pairs
from arcsweep.hypotheses.verdict import compatible, holm, verdicts
from arcsweep.reports.fold_scores import FoldScores

from .made_up import made_up


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pair, ...]:
    study = made_up(tmp_path_factory.mktemp("verdicts"))
    return load_pairs(study.config, study.paths)


def test_planted_effects_are_found_and_nothing_else(pairs: tuple[Pair, ...]) -> None:
    words = {v.pair.hypothesis.name: v.word for v in verdicts(pairs, 0.95)}
    assert words == {"good": "adopt", "bad": "reject", "idle": "cannot be told"}


def test_what_the_base_has_already_or_was_not_run_is_no_question(pairs: tuple[Pair, ...]) -> None:
    good, bad, idle = pairs
    found = verdicts([good, replace(bad, same=True), replace(idle, reason="no trial")], 0.95)
    assert [v.word for v in found] == ["adopt", "already so", "not run"]
    alone = verdicts([good], 0.95)[0]
    assert found[0].p == alone.p  # the other two do not make the question one of three


def test_more_questions_ask_more_of_each(pairs: tuple[Pair, ...]) -> None:
    good, _, idle = pairs
    alone = verdicts([good], 0.95)[0].p
    among = verdicts([good, *[idle] * 9], 0.95)[0].p
    assert alone is not None and among == pytest.approx(10 * alone)


def test_holm_is_as_in_its_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0] and holm([]) == []


def _noise(rng: np.random.Generator, n_tasks: int = 60) -> Pair:
    """A change that does nothing, over trainings that differ by luck of their own."""
    folds = np.stack([rng.permutation(n_tasks) % 5 for _ in range(2)])
    skill = rng.normal(-0.4, 1.5, n_tasks)

    def scores() -> FoldScores:
        luck = rng.normal(0, 0.25, (2, 5))
        at = skill + np.take_along_axis(luck, folds, axis=1)
        marks = (rng.random(at.shape) < 1 / (1 + np.exp(-at))).astype(float)
        return FoldScores(tuple(f"t{n:03}" for n in range(n_tasks)), folds, marks[None])

    asked = HypothesisConfig(name="noise", question="?", change={"depth": 3})
    return Pair(asked, "cnn", 1, scores(), scores())


def test_five_idle_changes_are_rarely_taken_for_any() -> None:
    rng = np.random.default_rng(0)
    n_studies = 300
    wrong = sum(
        any(v.word != "cannot be told" for v in verdicts([_noise(rng) for _ in range(5)], 0.95))
        for _ in range(n_studies)
    )
    assert wrong / n_studies < 0.05 + 3 * (0.05 * 0.95 / n_studies) ** 0.5


def test_of_two_changes_of_one_key_the_better_is_taken(pairs: tuple[Pair, ...]) -> None:
    good, _, _ = pairs
    (best,) = verdicts([good], 0.95)
    assert best.effect is not None

    def like(name: str, change: dict[str, int], by: float) -> object:
        hypothesis = HypothesisConfig(name=name, question="?", change=change)
        effect = replace(best.effect, estimate=by)  # type: ignore[type-var]
        return replace(best, pair=replace(good, hypothesis=hypothesis), effect=effect)

    found = [like("a", {"depth": 3}, 0.1), like("b", {"depth": 4, "lr": 1}, 0.2),
             like("c", {"embed_dim": 9}, 0.05)]  # fmt: skip
    assert [v.pair.hypothesis.name for v in compatible(found)] == ["b", "c"]  # type: ignore[arg-type]
