"""A study's models as one file with a card."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arcsweep.atomic import write_json
from arcsweep.classifier import load
from arcsweep.confirmation.run import confirm_slot
from arcsweep.errors import InputError
from arcsweep.export.study import card_path, current_export, export_study
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.split.folds import draw_folds, write_folds
from arcsweep.split.split import Split, load_split, write_split

from .small_study import SmallStudy, small_study


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("study"))


def test_the_ensemble_of_all_runs_is_exported_with_what_they_saw(trained: SmallStudy) -> None:
    target = trained.root / "all.safetensors"
    export_study(trained.config, trained.paths, target)
    model = load(target)
    export = model.export
    assert [member.facts["seed"] for member in export.members] == [0, 1]
    assert len(export.known) == 32 and len(export.validated) == 8
    assert len(export.related) == 400
    assert model.seen("C100") == "selected" and model.seen("C101") == "trained"


def test_held_out_predictions_are_what_a_user_gets_for_the_first_pairs(
    trained: SmallStudy,
) -> None:
    export_study(trained.config, trained.paths, trained.root / "all.safetensors")
    model = load(trained.root / "all.safetensors")
    held_out = model.export.held_out
    task_id = held_out.tasks[3]
    task = json.loads((trained.paths.data_dir / f"{task_id}.json").read_text())
    answer = model.classify({"train": task["train"][:3]})
    raw = held_out.probabilities[3]
    assert answer.best == CATEGORIES[raw.argmax()]
    temperature = model.rule().temperature
    powers = raw ** (1 / temperature)
    assert answer.probability == pytest.approx(powers.max() / powers.sum(), rel=1e-4)
    assert [CATEGORIES[label] for label in held_out.labels] == [t[:2] for t in held_out.tasks]


def test_what_was_learnt_survives_the_export(trained: SmallStudy) -> None:
    export_study(trained.config, trained.paths, trained.root / "all.safetensors")
    model = load(trained.root / "all.safetensors")
    told = model.export.held_out
    assert np.mean(told.probabilities.argmax(axis=1) == told.labels) >= 0.75


def test_a_subset_of_the_runs_can_be_exported(trained: SmallStudy) -> None:
    target = trained.root / "one.safetensors"
    export = export_study(trained.config, trained.paths, target, group="cnn", rank=1, seed=1)
    assert [member.facts["seed"] for member in export.members] == [1]


def test_a_group_without_runs_is_refused(trained: SmallStudy) -> None:
    with pytest.raises(InputError, match=r"at least one finished extended run.*group context"):
        export_study(trained.config, trained.paths, trained.root / "no.safetensors", "context")


def test_the_card_tells_data_labels_metrics_with_intervals_and_limits(
    trained: SmallStudy,
) -> None:
    target = trained.root / "all.safetensors"
    export_study(trained.config, trained.paths, target)
    card = card_path(target).read_text()
    assert card == load(target).card
    for heading in ("Data and labels", "Accuracy on held-out tasks", "Limits", "Use"):
        assert f"## {heading}" in card
    assert "flatter" in card and "is unknown" in card
    assert "from the user's own file" in card
    assert "2\u00a0slots of the study had no run" in card
    assert " of 8 tasks" in card and " to " in card


def test_the_default_export_is_made_once_and_again_when_the_runs_change(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    path = current_export(study.config, study.paths)
    made = path.stat().st_mtime_ns
    assert current_export(study.config, study.paths).stat().st_mtime_ns == made
    study.paths.extended_record("cnn", 1, 1).unlink()
    current_export(study.config, study.paths)
    assert len(load(path).export.members) == 1
    path.write_bytes(b"damaged")
    current_export(study.config, study.paths)
    assert len(load(path).export.members) == 1


def test_runs_of_another_split_or_a_changed_model_are_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    record = study.paths.extended_record("cnn", 1, 0)
    content = json.loads(record.read_text())
    write_json(record, {**content, "model_sha256": "0" * 64})
    with pytest.raises(InputError, match=r"model\.pt is not the model that"):
        export_study(study.config, study.paths, tmp_path / "m.safetensors")
    write_json(record, content)
    moved = Split.of({"C101": "C1"}, {"C102": "C1"}, ())
    write_split(study.paths.split, moved, 0.2, 42)
    with pytest.raises(InputError, match="was validated on other tasks"):
        export_study(study.config, study.paths, tmp_path / "m.safetensors")


def confirmed_study(tmp_path: Path) -> SmallStudy:
    """The small study with its one configuration confirmed on two folds, for real."""
    study = small_study(tmp_path)
    rules = study.config.confirmation.model_copy(update={"folds": 2, "repeats": 1, "epochs": 2})
    split = study.config.split.model_copy(update={"centroids_file": "own.npy"})
    config = study.config.model_copy(update={"confirmation": rules, "split": split})
    write_folds(study.paths.folds, draw_folds(load_split(study.paths.split), 2, 1, 42))
    for number in range(2):
        confirm_slot(config, "cnn", 1, number, study.paths)
    return replace(study, config=config)


def test_a_confirmed_study_is_calibrated_on_tasks_that_selected_nothing(tmp_path: Path) -> None:
    study = confirmed_study(tmp_path)
    target = tmp_path / "all.safetensors"
    held_out = export_study(study.config, study.paths, target).held_out
    split = load_split(study.paths.split)
    assert held_out.source == load(target).export.held_out.source == "confirmation-folds"
    assert held_out.tasks == tuple(split.train)
    np.testing.assert_allclose(held_out.probabilities.sum(axis=1), 1)
    record = json.loads(study.paths.confirmation_record("cnn", 1, 1).read_text())
    for task, logits in record["shown_logits"].items():
        told = np.exp(logits) / np.exp(logits).sum()
        np.testing.assert_allclose(held_out.probabilities[held_out.tasks.index(task)], told)
    card = card_path(target).read_text()
    assert "which selected nothing" in card and " of 32 tasks" in card and "flatter" not in card


def test_without_a_run_on_every_fold_the_validation_tasks_are_held_out(tmp_path: Path) -> None:
    study = confirmed_study(tmp_path)
    confirmed = current_export(study.config, study.paths)
    assert load(confirmed).export.held_out.source == "confirmation-folds"
    study.paths.confirmation_record("cnn", 1, 1).unlink()
    again = current_export(study.config, study.paths)
    assert load(again).export.held_out.source == "search-validation"
