"""Claims of what confirmation says, in figures and in words."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arcsweep.atomic import write_json
from arcsweep.errors import InputError
from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.answers import ceiling, comparison
from arcsweep.reports.headline import headline
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages

from .page import Page
from .synthetic import SyntheticStudy

RIGHT = {"cnn": 0.5, "context": 0.36}


def analysed(study: SyntheticStudy) -> Analysis:
    return analyse(load_material(study.config, study.paths))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SyntheticStudy:
    return SyntheticStudy(tmp_path_factory.mktemp("s"), confirmed=RIGHT, forest=0.36).write()


@pytest.fixture(scope="module")
def analysis(study: SyntheticStudy) -> Analysis:
    return analysed(study)


@pytest.fixture(scope="module")
def index(analysis: Analysis) -> Page:
    return Page(render_pages(analysis)["index"])


def changed(study: SyntheticStudy, path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    record = json.loads(path.read_text())
    edit(record)
    write_json(path, record)


def test_the_judged_tasks_are_none_of_those_that_selected(analysis: Analysis) -> None:
    assert analysis.confirmation is not None
    truth = analysis.confirmation.runs.truth
    assert not truth.keys() & analysis.material.split.validation.keys()
    assert len(truth) > 3 * len(analysis.material.split.validation)


def test_every_figure_covers_its_planted_truth(analysis: Analysis) -> None:
    confirmation = analysis.confirmation
    assert confirmation is not None and confirmation.forest is not None
    for name, right in RIGHT.items():
        found = confirmation.groups[name]
        assert sorted(found.by_rank) == [1, 2, 3, 4, 5] and found.first == found.by_rank[1]
        assert found.all_selected.low <= right <= found.all_selected.high
        assert found.over_forest is not None
        over = found.over_forest.interval
        assert over.low <= right - 0.36 <= over.high
    assert confirmation.forest.low <= 0.36 <= confirmation.forest.high


def test_verdicts_rest_on_confirmed_figures(analysis: Analysis) -> None:
    said = headline(analysis)
    assert "tasks that selected nothing, the best CNN recognises" in said.replace("\u00a0", " ")
    assert "CNN beats the random forest by" in said
    assert "Whether Context is better than a random forest" in said
    assert "CNN beats Context by" in said
    (pair,) = analysis.decisive
    assert pair.p is not None and pair.p < 0.001
    assert comparison(analysis).verdict.startswith("CNN beats Context")
    assert "confirmed on" in ceiling(analysis).verdict


def test_what_the_picking_was_worth_is_the_searchs_figure_minus_the_confirmed_one(
    analysis: Analysis,
) -> None:
    assert analysis.confirmation is not None
    for group in analysis.groups:
        found = analysis.confirmation.groups[group.name]
        assert found.worth is not None and found.first is not None
        search = group.selected[0].search.estimate
        assert found.worth.estimate == pytest.approx(search - found.first.estimate)


def test_confirmed_figures_come_first_and_the_others_are_called_optimistic(index: Page) -> None:
    text = index.text
    places = [text.index(words) for words in (
        "How much to believe. Confirmed figures can be quoted", "Optimistic are all others",
        "Confirmed: accuracy on", "What the picking was worth", "Accuracy on the validation tasks",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "every accuracy here is optimistic" not in text
    assert "no figure here is an unbiased accuracy" not in text
    assert not index.problems


def test_one_configuration_each_is_compared_once(tmp_path: Path) -> None:
    one = {"selection": {"top_k": 1}, "reports": {"bootstrap_samples": 100}}
    study = SyntheticStudy(tmp_path, top_k=1, confirmed=RIGHT, overrides=one).write()
    analysis = analysed(study)
    assert analysis.decisive[0].all_selected is not None
    text = Page(render_pages(analysis)["index"]).text
    assert "of the best one of each alone" not in text and "the best CNN" not in text


def test_guessing_has_no_luck_of_its_own(tmp_path: Path) -> None:
    folds = {"confirmation": {"folds": 2, "repeats": 1}}
    confirmation = analysed(
        SyntheticStudy(tmp_path, confirmed=RIGHT, overrides=folds).write()
    ).confirmation
    assert confirmation is not None and confirmation.forest is not None
    widths = [i.high - i.low for i in (confirmation.majority, confirmation.forest)]
    assert widths[0] < 0.12 < widths[1], "two forests tell little"


def test_a_run_that_diverged_counts_as_wrong_and_is_said(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, confirmed={"cnn": 1.0, "context": 1.0}).write()
    end = {"empty": True, "outcome": "diverged", "reason": "diverged: <too fast>"}
    changed(study, study.paths.confirmation_record("cnn", 1, 0), lambda r: r.update(end))
    analysis = analysed(study)
    assert analysis.confirmation is not None
    first = analysis.confirmation.groups["cnn"].first
    assert first is not None
    n_lost = 59 / analysis.confirmation.n_tasks / 2
    assert first.estimate == pytest.approx(1 - n_lost, abs=0.01)
    assert "1 run of cnn, rank 1, diverged" in Page(render_pages(analysis)["index"]).text


def test_a_configuration_without_a_run_on_every_fold_is_not_confirmed(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, confirmed=RIGHT).write()
    study.paths.confirmation_record("cnn", 1, 3).unlink()
    memory = {"empty": True, "outcome": "out_of_memory", "reason": "out_of_memory: 3 GB"}
    changed(study, study.paths.confirmation_record("cnn", 2, 4), lambda r: r.update(memory))
    analysis = analysed(study)
    assert analysis.confirmation is not None
    found = analysis.confirmation.groups["cnn"]
    assert found.first is None and sorted(found.by_rank) == [3, 4, 5]
    page = Page(render_pages(analysis)["index"])
    assert not page.problems and "None" not in page.text
    assert "rank 1, fold 3: not run yet" in page.text
    assert "rank 2, fold 4: out_of_memory: 3 GB" in page.text


VARIANTS: dict[str, dict[str, Any]] = {
    "few trials": {"n_trials": 6, "outcomes": {"complete": 0.5, "pruned": 0.5}},
    "no complete trial": {"outcomes": {"pruned": 1.0}},
    "no forest": {"forest": None},
    "one repeat of two folds": {"overrides": {"confirmation": {"folds": 2, "repeats": 1}}},
    "few tasks": {"counts": {"S1": 8, "S3": 9, "C1": 2}},
    "judged on folds and never validating": {
        "counts": {"S1": 8, "S3": 30, "C1": 4},
        "overrides": {"confirmation": {"folds": 2, "repeats": 1}},
    },
    "no embeddings": {"embedded": False},
    "every answer right": {"confirmed": {"cnn": 1.0, "context": 1.0}},
    "every answer wrong": {"confirmed": {"cnn": 0.0, "context": 0.0}},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_missing_data_break_no_page(name: str, tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, **({"confirmed": RIGHT} | VARIANTS[name])).write()
    for code, html in render_pages(analysed(study)).items():
        page = Page(html)
        assert not page.problems, code
        assert " nan" not in page.text.lower() and "None" not in page.text, code


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda r: r.update(trial=999), r"of trial 999, but trial \d+ is selected"),
        (lambda r: r.update(fold_hash="other"), "of another fold than that of folds.json"),
        (lambda r: r.pop("outcome"), "lacks or garbles a field"),
    ],
)
def test_a_record_of_something_else_is_refused(
    tmp_path: Path, edit: Callable[[dict[str, Any]], object], message: str
) -> None:
    study = SyntheticStudy(tmp_path, n_trials=20, confirmed=RIGHT).write()
    changed(study, study.paths.confirmation_record("cnn", 1, 0), edit)
    with pytest.raises(InputError, match=f"cnn-rank1-fold0.json.*{message}.*arcsweep confirmation"):
        load_material(study.config, study.paths)


def test_folds_of_other_settings_are_refused(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, n_trials=20, confirmed=RIGHT).write()
    other = study.config.confirmation.model_copy(update={"repeats": 3})
    config = study.config.model_copy(update={"confirmation": other})
    with pytest.raises(InputError, match=r"5 folds × 2, but the config asks for 5 × 3"):
        load_material(config, study.paths)


def test_a_forest_of_other_folds_is_left_out(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, n_trials=20, confirmed=RIGHT).write()
    changed(study, study.paths.fold_forest, lambda r: r.update(folds_hash="other"))
    confirmation = analysed(study).confirmation
    assert confirmation is not None and confirmation.forest is None
