"""Claims of the diagnosis, on made-up evidence."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.diagnosis import Explanation, verdict_of
from arcsweep.reports.material import Material, load_material
from arcsweep.reports.pages import render_pages
from arcsweep.reports.runs import Run
from arcsweep.reports.statistics import Interval
from arcsweep.reports.trends import late_gain, rank_correlation

from .page import Page
from .synthetic import SyntheticStudy


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    study = SyntheticStudy(tmp_path_factory.mktemp("study")).write()
    return load_material(study.config, study.paths)


def record(
    labels: Mapping[str, str],
    right: Mapping[str, float],
    *,
    with_colours: float | None = None,
    odd: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Forests that are right with these probabilities, by how much they saw; tasks of the
    categories ``odd`` have neighbours of others, all other tasks of their own."""
    generator = np.random.default_rng(0)

    def answers(share: float) -> list[dict[str, str]]:
        return [{t: c if generator.random() < share else "none" for t, c in labels.items()}
                for _ in range(2)]  # fmt: skip

    by_code = {c: [t for t in labels if labels[t] == c] for c in set(labels.values())}
    strangers = {c: [t for t in labels if labels[t] != c][:3] for c in by_code}
    return {
        "truth": dict(labels),
        "neighbours": {
            t: strangers[c] if c in odd else [o for o in by_code[c] if o != t][:3]
            for t, c in labels.items()
        },
        "forests": {name: answers(share) for name, share in right.items()},
        "with_colours": answers(right["all"] if with_colours is None else with_colours),
    }


def labels_of(material: Material) -> dict[str, str]:
    return {**material.split.train, **material.split.validation}


def explanation(analysis: Analysis, code: str, name: str) -> Explanation:
    return next(e for e in analysis.diagnoses[code].explanations if e.name.startswith(name))


FLAT = {"quarter": 0.5, "half": 0.5, "all": 0.5}
RISING = {"quarter": 0.1, "half": 0.3, "all": 0.9}


def test_too_few_tasks_is_told_by_what_the_second_half_of_them_gains(material: Material) -> None:
    for right, verdict in ((RISING, "for"), ({"quarter": 0.9, "half": 0.9, "all": 0.1}, "against")):
        probes = record(labels_of(material), right)
        found = explanation(analyse(replace(material, diagnosis=probes)), "S3", "too few")
        assert found.verdict == verdict
    assert "with a quarter of the training tasks" in found.detail


def test_labels_are_odd_only_where_neighbours_disagree_more_than_elsewhere(
    material: Material,
) -> None:
    analysis = analyse(replace(material, diagnosis=record(labels_of(material), FLAT, odd=("S1",))))
    assert explanation(analysis, "S1", "labels").verdict == "for"
    assert explanation(analysis, "S3", "labels").verdict == "against"
    assert "100" in explanation(analysis, "S1", "labels").detail


def test_colours_are_lost_only_where_they_are_permuted_and_would_help(material: Material) -> None:
    probes = record(labels_of(material), FLAT, with_colours=1.0)
    told = replace(material, diagnosis=probes)
    assert explanation(analyse(told), "S3", "information").verdict == "for"
    training = told.config.training.model_copy(update={"color_permute": False})
    plain = replace(told, config=told.config.model_copy(update={"training": training}))
    found = explanation(analyse(plain), "S3", "information")
    assert found.verdict == "against" and "not permuted" in found.detail


def test_capacity_follows_the_trend_over_sizes_and_needs_sizes_that_vary(
    material: Material,
) -> None:
    assert explanation(analyse(material), "S3", "capacity").verdict == "cannot be told"
    tasks = [t for t, c in material.split.validation.items() if c == "S3"]
    trials = material.trials.copy()
    sizes = np.random.default_rng(0).permutation(len(trials)) + 1
    trials["fact_n_parameters"] = sizes * 1000.0
    for row, size in zip(trials.index, sizes, strict=True):
        cell = trials.at[row, "metric_predictions"]
        if isinstance(cell, str):
            answers = json.loads(cell)
            n_right = round(len(tasks) * size / len(trials))
            answers |= {t: "S3" if i < n_right else "S1" for i, t in enumerate(tasks)}
            trials.at[row, "metric_predictions"] = json.dumps(answers)
    found = analyse(replace(material, trials=trials))
    assert explanation(found, "S3", "capacity").verdict == "for"


def curves(material: Material, gain: float) -> Material:
    """Runs that gain so much an epoch to their end, each a little more or less."""
    generator = np.random.default_rng(0)
    runs = []
    for run in material.runs:
        values = 0.2 + gain * np.arange(40) + generator.normal(0, 0.002, 40)
        curve = tuple({"epoch": i + 1, "accuracy": v, "train_loss": 1.0 - i / 80,
                       "validation_loss": 1.0 + i / 80} for i, v in enumerate(values))  # fmt: skip
        runs.append(replace(run, curve=curve, train_accuracy=0.9))
    return replace(material, runs=tuple(runs))


def test_under_training_is_told_by_the_last_quarter_of_the_runs(material: Material) -> None:
    rising = explanation(analyse(curves(material, 0.01)), "S3", "under")
    assert rising.verdict == "for" and "+10." in rising.figure
    flat = explanation(analyse(curves(material, 0.0)), "S3", "under")
    assert flat.verdict == "against"
    falling = explanation(analyse(curves(material, -0.003)), "S3", "under")
    assert falling.verdict == "against"
    assert "ends at 90" in falling.detail and "validation loss by +0.12" in falling.detail


def test_without_evidence_nothing_is_told_and_the_page_says_so(
    tmp_path: Path, material: Material
) -> None:
    analysis = analyse(material)
    verdicts = {e.verdict for e in analysis.diagnoses["S3"].explanations}
    assert verdicts == {"cannot be told"}
    page = Page(render_pages(analysis)["S3"])
    assert not page.problems and "Nothing can be told." in page.text
    assert "A1" not in analysis.diagnoses, "nothing of it validates"


def test_the_page_gives_each_verdict_with_its_figure(material: Material) -> None:
    pages = render_pages(
        analyse(replace(material, diagnosis=record(labels_of(material), RISING, odd=("S1",))))
    )
    text = Page(pages["S1"]).text
    assert "The data speak for too few tasks and labels that disagree with near twins" in text
    assert "Nothing can be told" not in text


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.01, 0.3, "for"), (-0.1, 0.04, "against"), (-0.3, -0.1, "against"),
     (-0.1, 0.2, "cannot be told")],
)  # fmt: skip
def test_the_verdict_follows_from_the_interval_alone(low: float, high: float, verdict: str) -> None:
    assert verdict_of(Interval((low + high) / 2, low, high, 0.95, 9, ""), 0.05) == verdict


def test_a_rank_correlation_covers_the_truth_and_is_none_without_variation() -> None:
    generator = np.random.default_rng(0)
    covered = []
    for _ in range(300):
        x = generator.normal(size=30)
        found = rank_correlation(np.stack([x, generator.normal(size=30)], axis=1), 0.95)
        assert found is not None
        covered.append(found.low <= 0 <= found.high)
    assert np.mean(covered) > 0.92
    assert rank_correlation(np.array([[1.0, 2.0]] * 9), 0.95) is None


def test_the_late_gain_is_of_the_last_quarter_alone(material: Material) -> None:
    values = [0.0] * 30 + [0.01 * i for i in range(10)]
    run: Run = replace(material.runs[0], curve=tuple({"accuracy": v} for v in values))
    assert late_gain(run) == pytest.approx(0.1)
    assert late_gain(replace(run, curve=run.curve[:5])) is None
