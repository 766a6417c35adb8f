"""Claims of the page whose figures can be explored."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.explore import explored
from arcsweep.reports.figures.catalogue import figures
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import asset, render_explore

from .page import Page
from .synthetic import SyntheticStudy


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    study = SyntheticStudy(tmp_path_factory.mktemp("study")).write()
    return analyse(load_material(study.config, study.paths))


@pytest.fixture(scope="module")
def html(analysis: Analysis) -> str:
    return render_explore(analysis, figures(analysis))


def data_of(html: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/json" id="figures">(.*?)</script>', html, re.S)
    data: dict[str, Any] = json.loads(text)
    return data


def test_plotly_is_inside_once_and_nothing_else_may_run_or_load(html: str) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert script.count("plotly.js v") == 1
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', html)
    assert policy.startswith("default-src 'none';") and f"script-src 'sha256-{digest}'" in policy
    around = html.replace(script, "")
    assert not re.search(r"url\(|@import|https?://| src=", around)
    assert not Page(around).problems


def test_every_trial_with_a_value_is_a_point(analysis: Analysis, html: str) -> None:
    data = data_of(html)
    n = sum(len(trace["x"]) for trace in data["trials"][0]["data"])
    assert n == int(analysis.material.trials["value"].notna().sum())
    settings = [view["layout"]["xaxis"]["title"]["text"] for view in data["settings"]]
    assert settings == [name for name in analysis.material.config.study.space
                        if name != "encoder_type"]  # fmt: skip
    assert data["settings"][settings.index("lr")]["layout"]["xaxis"]["type"] == "log"


def test_a_setting_with_one_value_alone_is_not_offered(tmp_path: Path) -> None:
    made = SyntheticStudy(tmp_path).write()
    made.trials.loc[made.trials["param_batch_size"].notna(), "param_batch_size"] = 8
    made.trials.to_parquet(made.paths.trials_parquet)
    made.write_runs()
    menu = explored(analyse(load_material(made.config, made.paths)))[1]
    labels = [view.label for view in menu.views]
    assert "batch_size" not in labels and "lr" in labels


def test_a_tasks_point_says_its_id_category_and_what_it_is_taken_for(
    analysis: Analysis, html: str
) -> None:
    embeddings = analysis.material.embeddings
    assert embeddings is not None
    views = data_of(html)["map"]
    assert len(views) == len(embeddings.spaces)
    said = {text for trace in views[0]["data"] for text in trace["hovertext"]}
    assert len(said) == len(embeddings.tasks)
    task, code = embeddings.tasks[0], embeddings.categories[0]
    (text,) = [text for text in said if text.startswith(task)]
    assert f", {code}, " in text and f"; taken for {embeddings.spaces[0].answers[0][0]}" in text
    symbols = {s for trace in views[0]["data"] for s in trace["marker"]["symbol"]}
    assert symbols == {"circle", "diamond"}


def test_its_colours_are_the_pages_own(html: str) -> None:
    known = set(re.findall(r"(--[\w-]+):", asset("style.css")))
    used = set(re.findall(r'"(--[\w-]+)"', html.split('id="figures">')[1].split("</script>")[0]))
    assert used and used <= known


def test_what_users_name_is_text_for_the_browser_and_for_plotly(tmp_path: Path) -> None:
    nasty = "</script><script>alert(1)</script><a href='javascript:x'>"
    study = SyntheticStudy(tmp_path, n_trials=20, task_prefix=nasty).write()
    analysis = analyse(load_material(study.config, study.paths))
    html = render_explore(analysis, figures(analysis))
    assert "<script>alert" not in html and html.count("<script") - html.count("<script>") == 1
    texts = [t for view in data_of(html)["map"] for trace in view["data"]
             for t in trace["hovertext"]]  # fmt: skip
    assert texts and not any("<a" in text for text in texts)
