"""An encoder together with the forest: half and half, and said only where it adds something."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arcsweep.atomic import write_json
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.headline import headline
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages
from arcsweep.reports.with_forest import answers_with_forest

from .page import Page
from .synthetic import SyntheticStudy


def leaning(category: str, strength: float) -> list[float]:
    """Probabilities with ``strength`` for one category and the rest shared."""
    rest = (1 - strength) / (len(CATEGORIES) - 1)
    return [strength if c == category else rest for c in CATEGORIES]


def test_the_surer_of_the_two_is_heard_and_the_forest_where_the_encoder_is_silent() -> None:
    logits = {
        "surer": np.log(leaning("C1", 0.9)).tolist(),
        "less sure": np.log(leaning("C1", 0.3)).tolist(),
    }
    forest = {task: leaning("S2", 0.6) for task in ("surer", "less sure", "diverged")}
    (answers,) = answers_with_forest([logits], [forest])
    assert answers == {"surer": "C1", "less sure": "S2", "diverged": "S2"}


def test_an_offset_of_the_logits_says_nothing() -> None:
    shifted = {"t": [value - 100 for value in np.log(leaning("K1", 0.7))]}
    (answers,) = answers_with_forest([shifted], [{"t": leaning("S2", 0.6)}])
    assert answers == {"t": "K1"}


def edited(study: SyntheticStudy, edit: Callable[[dict[str, Any]], object]) -> Analysis:
    """The study's analysis after ``edit`` of every record of a run on a fold, and the forest's."""
    runs = (study.paths.study_dir / "confirmation").glob("*.json")
    for path in sorted([*runs, study.paths.fold_forest]):
        record = json.loads(path.read_text())
        edit(record)
        write_json(path, record)
    return analyse(load_material(study.config, study.paths))


@pytest.fixture
def study(tmp_path: Path) -> SyntheticStudy:
    return SyntheticStudy(tmp_path, confirmed={"cnn": 0.6, "context": 0.5}, forest=0.5).write()


def test_what_another_view_of_the_tasks_adds_is_found_and_said(study: SyntheticStudy) -> None:
    """These encoders are unsure wherever they are wrong, and the forest errs on other tasks."""

    def unsure_when_wrong(record: dict[str, Any]) -> None:
        for task in record.get("logits", {}):
            if record["predictions"][task] != study.labels[task]:
                record["logits"][task] = [0.0] * len(CATEGORIES)

    analysis = edited(study, unsure_when_wrong)
    assert analysis.confirmation is not None and analysis.confirmation.forest is not None
    forest = analysis.confirmation.forest.estimate
    for found in analysis.confirmation.groups.values():
        assert found.with_forest is not None and found.added is not None
        assert found.added.interval.estimate == pytest.approx(found.with_forest.estimate - forest)
    assert "CNN sees what the statistics do not: averaged with the forest it" in headline(analysis)
    page = Page(render_pages(analysis)["index"])
    assert "CNN with the forest minus forest" in page.text


def test_an_encoder_that_guesses_adds_nothing(study: SyntheticStudy) -> None:
    generator = np.random.default_rng(5)

    def guess(record: dict[str, Any]) -> None:
        for task in record.get("logits", {}):
            record["logits"][task] = generator.normal(size=len(CATEGORIES)).tolist()

    analysis = edited(study, guess)
    assert analysis.confirmation is not None
    for found in analysis.confirmation.groups.values():
        assert found.added is not None and found.added.interval.low <= 0
    assert "sees what the statistics do not" not in headline(analysis)


def test_a_forest_of_an_older_version_has_no_probabilities(study: SyntheticStudy) -> None:
    analysis = edited(study, lambda record: record.pop("probabilities", None))
    assert analysis.confirmation is not None and analysis.confirmation.forest is not None
    assert all(f.with_forest is None for f in analysis.confirmation.groups.values())
    assert "with the forest" not in Page(render_pages(analysis)["index"]).text
