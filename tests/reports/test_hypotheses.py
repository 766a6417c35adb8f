"""Claims of the hypotheses' page."""

import csv
import json
from pathlib import Path

import pytest

from arcsweep.atomic import write_json
from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.hypotheses import COLUMNS, hypotheses
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages, write_pages
from hypotheses.made_up import made_up

from .page import Page
from .synthetic import SyntheticStudy


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SyntheticStudy:
    """As :func:`made_up`, and every fold adopted the good change but the last, which adopted none.

    Its adopted runs are those of that change, and the base's own in the last fold.
    """
    study = made_up(tmp_path_factory.mktemp("page"))
    for fold in range(10):
        good = study.paths.hypothesis_record("good", "cnn", fold)
        base = study.paths.confirmation_record("cnn", 1, fold)
        record = json.loads((base if fold == 9 else good).read_text())
        adopted = [] if fold == 9 else ["good"]
        write_json(study.paths.adoption_record("cnn", 1, fold), record | {"adopted": adopted})
    return study


@pytest.fixture(scope="module")
def analysis(study: SyntheticStudy) -> Analysis:
    return analyse(load_material(study.config, study.paths))


@pytest.fixture(scope="module")
def pages(analysis: Analysis) -> dict[str, str]:
    return render_pages(analysis)


def test_each_question_has_one_line_with_effect_interval_and_verdict(
    pages: dict[str, str],
) -> None:
    for name in ("hypotheses", "index"):
        page = Page(pages[name])
        assert not page.problems
        text = page.text.replace("\u00a0", " ").replace("\u2212", "-")
        for asked, verdict in (
            ("good", "adopt +"),
            ("bad", "reject -"),
            ("idle", "cannot be told"),
        ):
            assert f"Is {asked} good? CNN {verdict}" in text
        assert "p corrected for 3 questions (Holm)" in text
        assert "depth: 3" in text and "color_permute: false" in text


def test_the_index_links_to_the_page(pages: dict[str, str]) -> None:
    assert "hypotheses.html" in {link["href"] for link in Page(pages["index"]).all("a")}
    assert "index.html" in {link["href"] for link in Page(pages["hypotheses"]).all("a")}


def test_the_gain_of_what_is_adopted_is_that_of_the_nested_choice(analysis: Analysis) -> None:
    found = hypotheses(analysis)
    assert found is not None
    (nested,) = found.nested
    assert nested.in_folds == {"good": 9} and nested.n_folds == 10
    assert nested.final == ("good",)
    good = found.lines[0].verdict.effect
    assert good is not None
    gain = nested.gain.interval.estimate
    assert 0.8 * good.estimate < gain < good.estimate  # one fold in ten stayed as it was
    assert gain == pytest.approx(nested.with_adopted.estimate - nested.base.estimate)


def test_the_page_tells_the_nested_figures(pages: dict[str, str]) -> None:
    text = Page(pages["hypotheses"]).text.replace("\u00a0", " ")
    assert "good in 9 of 10 folds" in text
    assert "from the answers to other tasks alone" in text


def test_the_figures_stand_beside_the_page_as_a_table(study: SyntheticStudy) -> None:
    write_pages(study.config, study.paths)
    assert study.paths.hypotheses_page.exists()
    with study.paths.hypotheses_table.open() as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    assert [row["verdict"] for row in rows] == ["adopt", "reject", "cannot be told"]
    assert float(rows[0]["low"]) < float(rows[0]["effect"]) < float(rows[0]["high"])
    assert all("t interval" in row["how"] for row in rows)


def test_runs_that_are_missing_are_said_to_be(tmp_path: Path) -> None:
    study = made_up(tmp_path)
    study.paths.hypothesis_record("good", "cnn", 0).unlink()
    pages = render_pages(analyse(load_material(study.config, study.paths)))
    text = Page(pages["hypotheses"]).text.replace("\u00a0", " ")
    assert "not run 1 of 20 runs are not made yet" in text
    assert "These runs have not been made yet." in text
    assert "p corrected for 2 questions" in text


def test_a_study_without_hypotheses_has_no_such_page(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, n_trials=6).write()
    pages = render_pages(analyse(load_material(study.config, study.paths)))
    assert "hypotheses" not in pages and "hypotheses.html" not in pages["index"]
