"""Claims of the pages as a reader meets them."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.reports.analysis import analyse
from arcsweep.reports.figures.catalogue import figures
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages, write_pages

from .page import Page
from .synthetic import SPACE, SyntheticStudy

TRUTH = {"cnn": {"S3": 0.9, "C1": 0.5}, "context": {"S3": 0.2, "C1": 0.5}}


def pages_of(study: SyntheticStudy) -> dict[str, str]:
    return render_pages(analyse(load_material(study.config, study.paths)))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SyntheticStudy:
    return SyntheticStudy(tmp_path_factory.mktemp("study"), accuracy=TRUTH).write()


@pytest.fixture(scope="module")
def pages(study: SyntheticStudy) -> dict[str, str]:
    return pages_of(study)


def without(space: Mapping[str, Any], choice: str, *names: str) -> dict[str, Any]:
    """The space with one encoder alone."""
    one = {"type": "categorical", "choices": [choice]}
    return {n: p for n, p in space.items() if n not in names} | {"encoder_type": one}


VARIANTS: dict[str, dict[str, Any]] = {
    "no complete trial": {"outcomes": {"pruned": 1.0}},
    "nothing but failures": {"outcomes": {"stuck": 0.5, "diverged": 0.5}},
    "few trials": {"n_trials": 6, "outcomes": {"complete": 0.5, "pruned": 0.5}},
    "one trial": {"n_trials": 1, "outcomes": {"complete": 1.0}},
    "one seed": {"seeds": (7,)},
    "one encoder": {"space": without(SPACE, "cnn", "ctx_dropout")},
    "no encoder in the space": {"overrides": {"selection": {"by": "batch_size", "top_k": 5}}},
    "groups of true and false": {"overrides": {"selection": {"by": "use_cosine", "top_k": 5}}},
    "few tasks": {"counts": {"S1": 5, "S3": 6, "C1": 2}},
    "no embeddings": {"embedded": False},
    "every answer right": {"default": 1.0, "lr_effect": 0.0},
    "every answer wrong": {"default": 0.0, "lr_effect": 0.0},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_missing_data_break_no_page(name: str, tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, **VARIANTS[name]).write()
    for code, html in pages_of(study).items():
        page = Page(html)
        assert not page.problems, code
        assert " nan" not in page.text.lower(), code
        assert "None" not in page.text, code


def test_study_without_extended_runs_says_that_nothing_can_be_judged(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path).write()
    for record in (study.paths.study_dir / "extended").iterdir():
        record.unlink()
    pages = pages_of(study)
    assert "no extended runs to judge by yet" in Page(pages["index"]).text
    assert "30 extended runs have not been made yet" in Page(pages["index"]).text
    assert "No accuracy is reported yet" in Page(pages["S3"]).text


def test_every_category_has_a_page_and_the_index_links_to_them(
    study: SyntheticStudy, pages: dict[str, str]
) -> None:
    drawn = figures(analyse(load_material(study.config, study.paths)))
    assert set(pages) == {*CATEGORIES, "index", "coverage", "proposal"}
    for code, html in pages.items():
        links = {a["href"] for a in Page(html).all("a")}
        ids = {attributes["id"] for _, attributes in Page(html).tags if "id" in attributes}
        for link in links:
            if link.startswith("figures/"):
                name, suffix = link.removeprefix("figures/").rsplit(".", 1)
                assert name in drawn and suffix in {"svg", "pdf", "csv"}, (code, link)
                continue
            if link.startswith("explore.html") or link == "index.html#trials":
                continue
            target = link.removesuffix(".html") if link.endswith(".html") else None
            assert target in pages or link.removeprefix("#") in ids, (code, link)
    index_links = {a["href"] for a in Page(pages["index"]).all("a")}
    assert {f"{code}.html" for code in CATEGORIES} <= index_links


def test_pages_load_nothing_and_forbid_it(pages: dict[str, str]) -> None:
    for code, html in pages.items():
        page = Page(html)
        loads = {"link", "img", "iframe", "object", "embed", "video", "audio", "source", "base"}
        assert not loads & {tag for tag, _ in page.tags}, code
        assert not [a for _, a in page.tags if "src" in a or "srcset" in a or "xlink:href" in a]
        assert not re.search(r"url\(|@import|https?://", html), code
        policy = page.all("meta")[2]
        assert policy["http-equiv"] == "Content-Security-Policy"
        assert "default-src 'none'" in policy["content"]


def test_the_policy_lets_the_pages_own_script_run(pages: dict[str, str]) -> None:
    for html in pages.values():
        (script,) = re.findall(r"<script>(.*?)</script>", html, flags=re.S)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}'" in html


def test_what_users_name_is_escaped(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>&\"'"
    overrides = {"reports": {"title": nasty, "bootstrap_samples": 100}}
    study = SyntheticStudy(tmp_path, task_prefix=nasty, overrides=overrides).write()
    for code, html in pages_of(study).items():
        assert "<script>alert" not in html, code
        assert html.count("<script") == 1, code
        assert nasty in Page(html).text or code in {"A1", "coverage", "proposal"}, code


def test_what_trials_and_records_say_is_escaped(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    study = SyntheticStudy(tmp_path).write()
    trials = study.trials.assign(reason=nasty, host=nasty, device=nasty, code_version=nasty)
    trials.to_parquet(study.paths.trials_parquet)
    for path in (study.paths.labels, study.paths.study_record, study.paths.manifest):
        text = path.read_text().replace("made by a made-up call", nasty.replace('"', "'"))
        text = text.replace("2026-11-24T10:00:00", nasty).replace("reasoning-gym", nasty)
        path.write_text(text)
    shown = 0
    for code, html in pages_of(study).items():
        assert "<script>alert" not in html and "<img" not in html, code
        assert html.count("<script") == 1, code
        shown += nasty in Page(html).text
    assert shown, "it was there to be escaped"


def test_pages_are_well_formed_and_small(pages: dict[str, str]) -> None:
    for code, html in pages.items():
        assert not Page(html).problems, code
        assert len(html) < 500_000, code


def test_every_table_has_headers_with_a_scope(pages: dict[str, str]) -> None:
    for html in pages.values():
        page = Page(html)
        assert len(page.all("thead")) == len(page.all("table"))
        assert all(head.get("scope") in {"col", "row"} for head in page.all("th"))
        assert page.all("html")[0]["lang"] == "en"


def test_the_first_screen_answers_the_five_questions(pages: dict[str, str]) -> None:
    text = Page(pages["index"]).text
    questions = ["Which configuration is best", "How high does each encoder get",
                 "Which settings matter most", "Does Context beat CNN",
                 "Which handles which categories better"]  # fmt: skip
    places = [text.index(f"{i}. {question}") for i, question in enumerate(questions, start=1)]
    assert places == sorted(places)
    assert places[-1] < text.index("How much to believe") < text.index("1. The best configuration")


def test_selected_figures_are_called_optimistic(pages: dict[str, str]) -> None:
    text = Page(pages["index"]).text
    assert "every accuracy here is optimistic, the search’s own most of all" in text
    assert "Accuracy in the search (picked, optimistic)" in text
    assert "They were still selected on these very tasks" in text
    assert "no figure here is an unbiased accuracy on unseen tasks" in text
    assert "somewhat optimistic" in Page(pages["S3"]).text


def test_a_planted_difference_is_found_and_put_in_words(pages: dict[str, str]) -> None:
    text = Page(pages["index"]).text
    assert "CNN beats Context by" in text
    assert "CNN better at S3" in text
    assert "CNN is better here." in Page(pages["S3"]).text
    assert "Which is better, the data do not tell" in Page(pages["C1"]).text


def test_equal_encoders_are_left_undecided(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, seed=5).write()
    text = Page(pages_of(study)["index"]).text
    assert "Whether CNN or Context is better, these data do not tell." in text
    assert "The interval includes zero: either could be the better one." in text
    assert "4. Does Context beat CNN? The data do not tell." in text
    assert " beats " not in text


def test_models_no_better_than_the_commonest_category_are_called_so(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, default=0.2).write()
    text = Page(pages_of(study)["index"]).text
    assert "No encoder is shown to do better than always naming the commonest category" in text


def test_a_category_that_only_trains_reports_no_accuracy_and_says_why(
    pages: dict[str, str],
) -> None:
    text = Page(pages["A1"]).text
    assert "No accuracy is reported" in text
    assert "too few to keep some back for validation" in text
    before_the_map = text.split("Where its tasks lie")[0]
    assert "%" not in before_the_map.split("Skip to the content")[1]


def test_a_group_with_fewer_trials_says_so(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, n_trials=8, outcomes={"complete": 0.3, "pruned": 0.7}).write()
    notes = [group["note"] for group in study.selection["groups"].values() if group["note"]]
    assert notes
    text = Page(pages_of(study)["index"]).text
    assert all(note in text for note in notes)
    assert "rather than filled with trials that were stopped early" in text


def test_all_trials_are_in_the_table(study: SyntheticStudy, pages: dict[str, str]) -> None:
    table = pages["index"].split('id="trials"')[1].split("</table>")[0]
    numbers = re.findall(r'<tr><th scope="row" class="n">(\d+)</th>', table)
    assert numbers == [str(number) for number in range(study.n_trials)]


def test_failing_tasks_come_first_with_what_they_were_taken_for(
    study: SyntheticStudy, pages: dict[str, str]
) -> None:
    tasks = re.findall(r'<tr><th scope="row">([0-9a-f]{8})</th><td class="n" data-key="([\d.]+)">',
                       pages["C1"])  # fmt: skip
    assert {task for task, _ in tasks} == {t for t, c in study.split.validation.items()
                                           if c == "C1"}  # fmt: skip
    shares = [float(share) for _, share in tasks]
    assert shares == sorted(shares)
    assert "made by a made-up call" in pages["C1"]


def test_equal_material_gives_byte_identical_pages(
    study: SyntheticStudy, pages: dict[str, str]
) -> None:
    assert pages_of(study) == pages


def test_write_pages_leaves_nothing_but_the_pages_and_their_figures(
    study: SyntheticStudy,
) -> None:
    study.paths.figures.mkdir(parents=True)
    (study.paths.figures / "of-former-days.svg").write_text("")
    write_pages(study.config, study.paths)
    drawn = figures(analyse(load_material(study.config, study.paths)))
    assert {path.name for path in study.paths.figures.iterdir()} == {
        f"{name}.{suffix}" for name in drawn for suffix in ("svg", "pdf", "csv")
    }
    assert {path.name for path in study.paths.reports.iterdir()} == {
        "index.html", "coverage.html", "coverage.csv", "proposal.html", "explore.html", "figures",
        *(f"{code}.html" for code in CATEGORIES),
    }  # fmt: skip


def test_an_unfinished_or_mixed_study_is_called_so(study: SyntheticStudy) -> None:
    material = load_material(study.config, study.paths)
    trials = material.trials.copy()
    trials.loc[0, "state"], trials.loc[1, "code_version"] = "FAIL", "other"
    pages = render_pages(analyse(replace(material, trials=trials)))
    text = Page(pages["index"]).text
    assert "149 of 150 trials have ended" in text
    assert "Trials ran with 2 versions of the code" in text
    assert "1 trial failed for a programming error" in text
