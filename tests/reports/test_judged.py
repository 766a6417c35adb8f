"""Claims of what the pages of categories rest on: confirmed answers, else validation tasks."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arcsweep.atomic import write_json
from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.answers import by_category
from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.failures import failures
from arcsweep.reports.figures.drawing import Mark, Text
from arcsweep.reports.figures.maps import category_map
from arcsweep.reports.judged import NO_ANSWER
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages

from .page import Page
from .synthetic import SyntheticStudy

SEARCH = {"cnn": {"S3": 0.9}, "context": {"S3": 0.1}}
"""What the validation tasks say, the folds say the other way round."""

CONFIRMED = {"cnn": {"S3": 0.2, "C1": 0.5}, "context": {"S3": 0.8, "C1": 0.5}}


def analysed(study: SyntheticStudy) -> Analysis:
    return analyse(load_material(study.config, study.paths))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SyntheticStudy:
    root = tmp_path_factory.mktemp("study")
    return SyntheticStudy(root, accuracy=SEARCH, confirmed=CONFIRMED).write()


@pytest.fixture(scope="module")
def analysis(study: SyntheticStudy) -> Analysis:
    return analysed(study)


@pytest.fixture(scope="module")
def pages(analysis: Analysis) -> dict[str, str]:
    return render_pages(analysis)


@pytest.fixture(scope="module")
def unconfirmed(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    root = tmp_path_factory.mktemp("unconfirmed")
    off = {"confirmation": {"folds": 0}, "reports": {"bootstrap_samples": 400}}
    # Records of an earlier config, which confirmed, lie there.
    SyntheticStudy(root, accuracy=SEARCH, confirmed=CONFIRMED).write()
    return analysed(SyntheticStudy(root, accuracy=SEARCH, overrides=off))


def of(analysis: Analysis, code: str) -> CategoryResult:
    return next(result for result in analysis.categories if result.code == code)


def test_categories_rest_on_tasks_that_selected_nothing(
    study: SyntheticStudy, analysis: Analysis
) -> None:
    assert analysis.confirmation is not None
    for result in analysis.categories:
        tasks = {task.task for task in result.tasks}
        assert tasks == {t for t, c in analysis.confirmation.runs.truth.items() if c == result.code}
        assert not tasks & study.split.validation.keys()
    right, n = 0, 0
    for path in study.paths.confirmation_record("cnn", 1, 0).parent.glob("cnn-*.json"):
        given = json.loads(path.read_text())["predictions"]
        right += sum(given[t] == "S3" for t in given if study.labels[t] == "S3")
        n += sum(study.labels[t] == "S3" for t in given)
    found = of(analysis, "S3").accuracies[0].judged
    assert found is not None and found.estimate == pytest.approx(right / n)
    assert found.n_tasks == of(analysis, "S3").n_judged == n // (5 * 2)


def test_the_verdict_is_that_of_the_folds_where_the_search_says_the_opposite(
    analysis: Analysis, unconfirmed: Analysis
) -> None:
    for judged, leader in ((analysis, "context"), (unconfirmed, "cnn")):
        result = of(judged, "S3")
        assert result.leader is not None and result.leader.name == leader
        verdict = by_category(judged).verdict
        assert f"S3 {result.leader.label}" in verdict
        (line,) = [ln for ln in by_category(judged).lines if ln.label == "Judged on"]
        assert line.text == f"{len(judged.judged.truth)}\u00a0tasks"


def test_answers_to_one_task_do_not_count_as_tasks(analysis: Analysis) -> None:
    tasks = analysis.judged.tasks_of("K1")
    once = analysis.judged.marks["cnn", 1].on(tasks)
    many = once.joined([once] * 9)
    narrow, wide = many.accuracy(0.95), once.accuracy(0.95)
    assert narrow.high - narrow.low == pytest.approx(wide.high - wide.low)
    assert narrow.n_tasks == len(tasks)


def test_the_pages_say_what_they_rest_on_and_how_many(
    analysis: Analysis, pages: dict[str, str], unconfirmed: Analysis
) -> None:
    n, text = of(analysis, "S3").n_judged, Page(pages["S3"]).text.replace("\u00a0", " ")
    assert f"Judged on {n} tasks of S3 that selected nothing" in text
    assert "(5 of CNN and 5 of Context), always by a model that was trained without it" in text
    assert f"of its {n} tasks that selected nothing" in text
    for words in ("somewhat optimistic", "extended runs to say", "trained again", "never trained"):
        assert words not in text.split("Which settings it wants")[0], words
    index = Page(pages["index"]).text
    assert "Answer 5 and the categories’ pages rest on the confirmed answers" in index
    other = {code: Page(html).text for code, html in render_pages(unconfirmed).items()}
    text = other["S3"].replace("\u00a0", " ")
    assert f"Judged on {of(unconfirmed, 'S3').n_judged} validation tasks of S3" in text
    assert "they selected the epochs, the trials and the configurations" in text
    for code, words in other.items():
        assert "selected nothing:" not in words and "confirmed" not in words.replace(
            "confirmation", ""
        ), code


def test_a_diverged_run_leaves_tasks_without_an_answer_which_is_wrong(tmp_path: Path) -> None:
    all_right = {"cnn": 1.0, "context": 1.0}
    study = SyntheticStudy(tmp_path, confirmed=all_right).write()
    for rank in range(1, 6):
        path = study.paths.confirmation_record("cnn", rank, 0)
        end = {"empty": True, "outcome": "diverged", "reason": "diverged: too fast"}
        write_json(path, json.loads(path.read_text()) | end)
    analysis = analysed(study)
    found = of(analysis, "S3").accuracies[0]
    assert found.judged is not None and found.judged.estimate == found.taken_for["S3"] < 1
    assert found.mistaken_for == (NO_ANSWER, pytest.approx(1 - found.judged.estimate))
    page = Page(render_pages(analysis)["S3"])
    assert not page.problems and "No answer” is of runs that diverged" in page.text
    assert not [a for a in page.all("a") if a["href"] == f"{NO_ANSWER}.html"]


def test_neighbours_are_tasks_that_taught_and_no_model_that_saw_the_task_is_asked(
    study: SyntheticStudy, analysis: Analysis, unconfirmed: Analysis
) -> None:
    assert analysis.judged.folds is not None
    sides = [analysis.judged.folds.fold(n, study.split) for n in range(10)]
    found = failures(
        of(analysis, "C1"), analysis.groups, analysis.judged, analysis.material.embeddings
    )
    assert found.drawn
    for failure in found.drawn:
        taught = {t for side in sides if failure.task in side.judged for t in side.train}
        assert analysis.judged.teachers(failure.task) == taught
        assert [(label, index) for label, index, _ in failure.near] == [("Grid statistics", None)]
        assert {near.task for near in failure.near[0][2]} <= taught
        assert len(failure.pairs) == 2
    plain = failures(
        of(unconfirmed, "C1"), unconfirmed.groups, unconfirmed.judged,
        unconfirmed.material.embeddings,
    )  # fmt: skip
    assert [label for label, _, _ in plain.drawn[0].near] == ["CNN", "Context", "Grid statistics"]


def test_the_tasks_that_taught_are_counted_over_the_folds(
    study: SyntheticStudy, analysis: Analysis
) -> None:
    assert analysis.judged.folds is not None
    for result in analysis.categories:
        sides = [analysis.judged.folds.fold(n, study.split).train for n in range(10)]
        mean = np.mean([list(side.values()).count(result.code) for side in sides])
        assert result.n_taught == pytest.approx(mean, abs=0.51)


def test_a_category_with_fewer_training_tasks_than_folds_is_not_judged_and_says_why(
    analysis: Analysis, pages: dict[str, str]
) -> None:
    result = of(analysis, "A1")
    assert result.train_only and not result.n_judged
    text = Page(pages["A1"]).text.replace("\u00a0", " ")
    assert "with 4 training tasks there are fewer than the 5 folds, so they only train" in text
    assert "A1: too few tasks for every fold to judge one" in Page(pages["index"]).text


def test_codes_on_a_map_are_what_its_own_models_say_of_tasks_new_to_them(
    study: SyntheticStudy, analysis: Analysis
) -> None:
    found = analysis.material.embeddings
    assert found is not None
    mistaken = next(t for t in study.split.validation if study.labels[t] == "S3")
    at = found.tasks.index(mistaken)
    answers = list(found.spaces[0].answers[0])
    answers[at], trained_on = "K1", next(t for t in study.split.train if study.labels[t] == "S3")
    answers[found.tasks.index(trained_on)] = "C1"
    drawn = category_map(found, replace(found.spaces[0], answers=(tuple(answers),)), "S3")
    assert [shape.text for shape in drawn.shapes if isinstance(shape, Text)] == ["K1"]
    assert any(isinstance(shape, Mark) and shape.shape == "diamond" for shape in drawn.shapes)
