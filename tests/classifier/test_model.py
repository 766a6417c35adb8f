"""The classifier as its user meets it."""

import json
from pathlib import Path

import numpy as np
import pytest

from arcsweep.classifier import load
from arcsweep.classifier.calibration import calibrated
from arcsweep.classifier.ensemble import ensemble_probabilities
from arcsweep.classifier.file import write_export
from arcsweep.classifier.held_out import HeldOut
from arcsweep.classifier.model import Classifier
from arcsweep.errors import ConfigError, InputError
from arcsweep.labels.taxonomy import CATEGORIES

from .exports import asked, export, held_out, task_object

CLASSIFIER = Classifier(export())


def hopeless() -> HeldOut:
    """Held-out tasks whose likeliest category is always wrong."""
    told = held_out(60)
    wrong = (told.probabilities.argmax(axis=1) + 1) % 9
    return HeldOut(told.source, told.tasks, wrong, told.probabilities)


def test_three_lines_answer_a_file_and_an_object_alike(tmp_path: Path) -> None:
    write_export(tmp_path / "model.safetensors", export())
    (tmp_path / "task.json").write_text(json.dumps(task_object()))
    model = load(tmp_path / "model.safetensors")
    answer = model.classify(tmp_path / "task.json")
    assert answer.task_id == "task"
    assert answer.best in CATEGORIES
    assert model.classify(task_object()).probability == answer.probability
    assert model.card == "# A card\n"


def test_the_answer_is_the_calibrated_mean_of_the_models() -> None:
    task = asked(n_pairs=2)
    models = [member.model for member in CLASSIFIER.export.members]
    by_model = ensemble_probabilities(
        models, CLASSIFIER.export.showing, [task.pairs], CLASSIFIER._device
    )
    likely = calibrated(by_model.mean(axis=0), CLASSIFIER.rule().temperature)[0]
    answer = CLASSIFIER.classify_all([task])[0]
    assert answer.probability == pytest.approx(likely.max())
    assert answer.best == CATEGORIES[likely.argmax()]
    assert answer.second_probability == pytest.approx(np.sort(likely)[-2])
    assert answer.agreement == int((by_model[:, 0].argmax(axis=1) == likely.argmax()).sum())
    assert (answer.n_models, answer.n_pairs) == (2, 2)


def test_below_the_threshold_it_does_not_know() -> None:
    tasks = [asked(seed=n) for n in range(30)]
    threshold = CLASSIFIER.rule(0.6).threshold
    assert threshold is not None
    for answer in CLASSIFIER.classify_all(tasks, 0.6):
        assert (answer.category is None) == (answer.probability < threshold)


def test_a_precision_out_of_reach_answers_nothing_unless_told() -> None:
    classifier = Classifier(export(held_out=hopeless()))
    tasks = [asked(seed=n) for n in range(3)]
    assert classifier.rule(0.8).threshold is None
    assert all(a.category is None for a in classifier.classify_all(tasks))
    assert all(a.category == a.best for a in classifier.classify_all(tasks, answer_all=True))


@pytest.mark.parametrize(
    ("task_id", "seen", "known"),
    [
        ("aaaa0001", "trained", "S1"),
        ("aaaa0002", "selected", "C1"),
        ("aaaa0003", "related", None),
        ("bbbb0001", "no", None),
    ],
)
def test_what_was_seen_is_told_apart(task_id: str, seen: str, known: str | None) -> None:
    answer = CLASSIFIER.classify_all([asked(task_id)])[0]
    assert (answer.seen, answer.known) == (seen, known)


@pytest.mark.parametrize("precision", [0.0, -1.0, 1.01, float("nan")])
def test_a_precision_that_is_none_is_refused(precision: float) -> None:
    with pytest.raises(ConfigError, match="--precision must be above 0 and at most 1"):
        CLASSIFIER.rule(precision)


def test_a_broken_task_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("[]")
    with pytest.raises(InputError, match=r"broken\.json"):
        CLASSIFIER.classify(tmp_path / "broken.json")
