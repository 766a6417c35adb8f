"""Claims of the page that says what to try next."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arcsweep.cli.app import app
from arcsweep.config.dump import config_text
from arcsweep.config.load import load_config
from arcsweep.reports.analysis import analyse
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages

from .page import Page
from .synthetic import SPACE, SyntheticStudy

TRUTH = {"cnn": {"S3": 0.9, "C1": 0.7}, "context": {"S3": 0.2, "C1": 0.2}}
OWN_LIMITS = {"study": {"name": "synthetic", "n_trials": 160, "space": SPACE,
                        "objective": "own.model:build"}}  # fmt: skip


def page_of(study: SyntheticStudy) -> Page:
    return Page(render_pages(analyse(load_material(study.config, study.paths)))["proposal"])


def test_the_page_shows_each_change_in_the_difference_and_in_the_table(tmp_path: Path) -> None:
    # The made-up space lacks what the classifier needs; its limits are left out here.
    study = SyntheticStudy(
        tmp_path, n_trials=160, accuracy=TRUTH, lr_effect=0.3, overrides=OWN_LIMITS
    ).write()
    page = page_of(study)
    assert not page.problems
    assert "changes to the search space; everything else stays" in page.text
    spans = [a["class"] for a in page.all("span") if a.get("class") in ("more", "less", "why")]
    assert spans.count("less") >= 4 and spans.count("why") >= 3
    assert "encoder_type drop cnn, context cnn Context minus CNN is" in page.text
    assert "ctx_dropout remove" in page.text


def test_with_few_trials_the_page_proposes_nothing_and_says_why(tmp_path: Path) -> None:
    overrides = {"study": {**OWN_LIMITS["study"], "n_trials": 12}}
    page = page_of(SyntheticStudy(tmp_path, n_trials=12, overrides=overrides).write())
    assert "The trials do not say what to change" in page.text
    assert "not enough trials to say" in page.text


def test_the_command_writes_a_config_that_loads_and_its_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = SyntheticStudy(tmp_path, n_trials=60, overrides=OWN_LIMITS).write()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "told.yaml").write_text(config_text(study.config))
    done = CliRunner().invoke(app, ["propose", "--config", "told.yaml"])
    assert done.exit_code == 0, done.output
    assert "+++ synthetic-2 (proposed)" in done.output
    loaded = load_config([study.paths.proposal])
    record = json.loads(study.paths.proposal_record.read_text())
    assert loaded.study.warm_start_from == "synthetic" == record["warm_start_from"]
    assert study.paths.proposal_diff.read_text() in done.output
    assert {change["parameter"] for change in record["changes"]} == set(SPACE)
