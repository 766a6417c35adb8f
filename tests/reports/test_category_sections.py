"""Claims of what a category's page says of its tasks, settings and specialists."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.dependence import (
    dependence_words,
    dependences,
    training_tasks_correlations,
)
from arcsweep.reports.failures import MAX_DRAWN, failures
from arcsweep.reports.judged import SeedMarks
from arcsweep.reports.material import load_material
from arcsweep.reports.neighbours import Neighbourhood
from arcsweep.reports.pages import render_pages
from arcsweep.reports.scores import Scores
from arcsweep.reports.specialists import candidates
from arcsweep.reports.wishes import wishes

from .page import Page
from .synthetic import SyntheticStudy

TRUTH = {"cnn": {"S3": 0.9, "C1": 0.1}, "context": {"S3": 0.2, "C1": 0.1}}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SyntheticStudy:
    return SyntheticStudy(tmp_path_factory.mktemp("study"), accuracy=TRUTH).write()


@pytest.fixture(scope="module")
def analysis(study: SyntheticStudy) -> Analysis:
    return analyse(load_material(study.config, study.paths))


def of(analysis: Analysis, code: str) -> CategoryResult:
    return next(result for result in analysis.categories if result.code == code)


def test_the_failing_tasks_are_those_that_most_answers_get_wrong(analysis: Analysis) -> None:
    capped = 0
    for result in analysis.categories:
        found = failures(result, analysis.groups, analysis.judged, analysis.material.embeddings)
        wrong = [task for task in result.tasks if task.right is not None and task.right < 0.5]
        assert found.n_failing == len(wrong) and found.n_judged == result.n_judged
        assert [f.task for f in found.drawn] == [task.task for task in wrong[:MAX_DRAWN]]
        capped += len(wrong) > MAX_DRAWN
        for failure in found.drawn:
            code, share = failure.said
            assert code != result.code and 0 < share <= 1 - failure.right
            runs = [run.predictions[failure.task] for run in analysis.material.runs]
            assert share == pytest.approx(runs.count(code) / len(runs))
    assert capped


def test_neighbours_are_the_nearest_training_tasks_by_cosine(analysis: Analysis) -> None:
    embeddings = analysis.material.embeddings
    assert embeddings is not None
    for space in embeddings.spaces:
        for at in (0, 100):
            task = embeddings.tasks[at]
            near = Neighbourhood(embeddings, space).nearest(
                task, 3, analysis.material.split.train.keys()
            )
            vector = space.vectors[at]
            cosine = {
                other: float(v @ vector / np.linalg.norm(v) / np.linalg.norm(vector))
                for other, v, trained in zip(
                    embeddings.tasks, space.vectors, embeddings.trained, strict=True
                )
                if trained and other != task
            }
            best = sorted(cosine, key=cosine.__getitem__, reverse=True)[:3]
            assert [n.task for n in near] == best
            assert [n.cosine for n in near] == pytest.approx([cosine[t] for t in best], abs=1e-5)


def test_failing_tasks_are_drawn_with_their_neighbours_and_the_cap_is_said(
    analysis: Analysis,
) -> None:
    html = render_pages(analysis)["C1"]
    section = html.split('id="failing"')[1].split("<h2")[0]
    # Two pairs of each task, and one pair of three neighbours in three spaces.
    assert section.count('<svg class="arc"') == MAX_DRAWN * (2 * 2 + 3 * 3 * 2)
    n = failures(of(analysis, "C1"), analysis.groups, analysis.judged, None).n_failing
    text = Page(html).text
    assert f"{n} are named wrongly by most extended runs; the {MAX_DRAWN} that fail most" in text


def test_without_embeddings_the_pages_say_so_and_keep_the_rest(analysis: Analysis) -> None:
    bare = replace(analysis, material=replace(analysis.material, embeddings=None))
    pages = render_pages(bare)
    for code in ("C1", "index"):
        assert "the record of embeddings is missing" in Page(pages[code]).text
    assert '<svg class="arc"' not in pages["C1"]
    assert "taken for" in Page(pages["C1"]).text.split("The tasks it fails on")[1]


def test_an_effect_of_size_is_told_and_its_absence_too(study: SyntheticStudy) -> None:
    analysis = analyse(load_material(study.config, study.paths))
    embeddings, tasks = analysis.material.embeddings, list(study.split.validation)
    assert embeddings is not None
    assert analysis.groups[0].scores is not None
    right = dict(zip(tasks, analysis.groups[0].scores.per_task, strict=True))
    # Cells as the first encoder's failures have them: it fails on large grids.
    cells = np.array([100 - 90 * right.get(task, 0.5) for task in embeddings.tasks])
    planted = replace(embeddings, cells=cells)
    size, colours = dependences(analysis.groups, tasks, planted, analysis.judged, 0.95)
    assert size.differences[0] is not None and size.differences[0].high < 0
    assert sum(len(band.tasks) for band in size.bands) == len(tasks)
    words = dependence_words(colours, analysis.groups, analysis.judged)
    assert words.startswith("From the fewest colours to the most: CNN")
    assert words.count("which may be chance") == 2


def test_few_tasks_are_not_enough_to_say_what_accuracy_depends_on(analysis: Analysis) -> None:
    tasks = [task.task for task in of(analysis, "K1").tasks][:4]
    for found in dependences(
        analysis.groups, tasks, analysis.material.embeddings, analysis.judged, 0.95
    ):
        assert not found.bands
        assert "Not enough to say: 4\u00a0validation tasks, 8 are needed." in dependence_words(
            found, analysis.groups, analysis.judged
        )


def test_categories_with_more_training_tasks_are_told_from_those_with_as_many(
    analysis: Analysis,
) -> None:
    groups = analysis.groups[:1]
    judged = [c for c in analysis.categories if c.n_judged]
    again = sorted((c.accuracies[0].judged for c in judged), key=lambda i: i.estimate if i else 0)
    by_size = sorted(judged, key=lambda c: c.n_taught)
    rising = [
        replace(c, accuracies=(replace(c.accuracies[0], judged=a),), n_taught=n)
        for n, (c, a) in enumerate(zip(by_size, again, strict=True), start=5)
    ]
    (found,) = training_tasks_correlations(rising, groups, 0.95)
    assert found.told and found.estimate > 0.9 and found.high <= 1
    swapped = [replace(c, n_taught=(c.n_taught * 3) % 8) for c in rising]
    (found,) = training_tasks_correlations(swapped, groups, 0.95)
    assert not found.told and found.low < 0 < found.high
    equal = [replace(c, n_taught=7) for c in rising]
    assert not training_tasks_correlations(equal, groups, 0.95)
    assert not training_tasks_correlations(rising[:4], groups, 0.95)


def test_a_category_that_wants_a_setting_says_so_and_others_do_not(
    study: SyntheticStudy,
) -> None:
    material = load_material(study.config, study.paths)
    trials = material.trials.copy()
    trials["metric_accuracy_S3"] = 0.9 - 0.1 * trials["param_depth"]
    trials["metric_accuracy_C1"] = np.random.default_rng(0).random(len(trials))
    analysis = analyse(replace(material, trials=trials))
    found = {
        code: wishes(code, 9, analysis.groups, analysis.material, analysis.resampling)
        for code in ("S3", "C1")
    }
    strong = [e for e in found["S3"][0].effects.effects if e.matters]
    assert [(e.name, e.best.label) for e in strong] == [("depth", "2")]
    assert not [e for wish in found["C1"] for e in wish.effects.effects if e.matters]
    assert found["S3"][0].effects.n_trials == analysis.groups[0].n_complete


def test_few_complete_trials_are_not_enough_to_say_what_a_category_wants(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, n_trials=30).write()
    pages = render_pages(analyse(load_material(study.config, study.paths)))
    text = Page(pages["S3"]).text.split("Which settings it wants")[-1]
    assert text.count("Not enough to say.") == 2


def test_a_planted_specialist_is_found_and_equals_are_none(analysis: Analysis) -> None:
    result, cnn = of(analysis, "S3"), analysis.groups[0]
    equals = candidates(result, 9, (cnn,), analysis.judged, 0.95)
    assert len(equals) == 5 and not any(c.specialist for c in equals)
    truth = analysis.judged.truth
    marks = {
        ("cnn", rank): SeedMarks(
            Scores.of([truth if rank == 1 else dict.fromkeys(truth, "none")], [1], truth),
            analysis.resampling,
        )
        for rank in range(1, 6)
    }
    found = candidates(result, 9, (cnn,), replace(analysis.judged, marks=marks), 0.95)
    assert [c.number for c in found if c.specialist] == [cnn.selected[0].number]
