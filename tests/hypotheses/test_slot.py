"""Claims of a hypothesis's slots, on the easy problem with real training."""

import json
from pathlib import Path
from typing import Any

import pytest

from arcsweep.confirmation import fold_run
from arcsweep.confirmation.run import confirm_slot
from arcsweep.errors import ConfigError, InputError
from arcsweep.hypotheses.adoption import run_adopted
from arcsweep.hypotheses.slot import run_hypothesis
from confirmation.fold_study import FoldStudy, fold_study

ASKED: list[dict[str, Any]] = [
    {"name": "sizes", "question": "Sizes?", "change": {"show_sizes": True}},
    {"name": "views", "question": "Views?", "change": {"views_per_epoch": 2}, "groups": ["cnn"]},
    {"name": "no-news", "question": "News?", "change": {"color_permute": True}},
]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> FoldStudy:
    found = fold_study(tmp_path_factory.mktemp("hypotheses"), epochs=1)
    given = found.config.model_dump() | {"hypotheses": ASKED}
    return FoldStudy(type(found.config).model_validate(given), found.paths)


def record_of(study: FoldStudy, name: str, fold: int, group: str = "cnn") -> dict[str, Any]:
    run_hypothesis(study.config, name, group, fold, study.paths)
    path = study.paths.hypothesis_record(name, group, fold)
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each training."""
    calls: list[int] = []
    train = fold_run._train

    def counted(*arguments: Any) -> dict[str, Any]:
        calls.append(1)
        return train(*arguments)

    monkeypatch.setattr(fold_run, "_train", counted)
    return calls


def test_both_halves_of_a_pair_share_trial_fold_and_seed(study: FoldStudy) -> None:
    confirm_slot(study.config, "cnn", 1, 2, study.paths)
    base = json.loads(study.paths.confirmation_record("cnn", 1, 2).read_text())
    changed = record_of(study, "sizes", 2)
    for name in ("trial", "fold_hash", "training_seed", "epochs", "rank", "fold"):
        assert changed[name] == base[name], name
    assert changed["params"] == base["params"] | {"show_sizes": True}
    assert changed["logits"] != base["logits"] and not changed["same"]


def test_a_training_setting_changes_the_training(study: FoldStudy) -> None:
    confirm_slot(study.config, "cnn", 1, 2, study.paths)
    base = json.loads(study.paths.confirmation_record("cnn", 1, 2).read_text())
    assert record_of(study, "views", 2)["logits"] != base["logits"]


def test_what_the_base_has_already_is_not_trained_again(
    study: FoldStudy, trained: list[int]
) -> None:
    confirm_slot(study.config, "cnn", 1, 3, study.paths)
    record = record_of(study, "no-news", 3)
    assert record["same"] and len(trained) == 1


def test_a_group_without_the_base_is_an_empty_slot_with_its_reason(study: FoldStudy) -> None:
    record = record_of(study, "sizes", 0, "context")
    assert record["empty"] and record["reason"] == "0 COMPLETE trials"


def test_where_nothing_is_adopted_the_base_is_kept_and_nothing_trained(
    study: FoldStudy, trained: list[int]
) -> None:
    for group in ("cnn", "context"):
        for fold in range(4):
            confirm_slot(study.config, group, 1, fold, study.paths)
            for asked in ASKED:
                if group in asked.get("groups", [group]):
                    run_hypothesis(study.config, asked["name"], group, fold, study.paths)
    before = len(trained)
    run_adopted(study.config, "cnn", 1, 1, study.paths)
    record = json.loads(study.paths.adoption_record("cnn", 1, 1).read_text())
    base = json.loads(study.paths.confirmation_record("cnn", 1, 1).read_text())
    assert record["adopted"] == [] and record["logits"] == base["logits"]
    assert len(trained) == before


def test_nothing_is_adopted_before_all_was_run(study: FoldStudy, tmp_path: Path) -> None:
    other = fold_study(tmp_path, epochs=1)
    with pytest.raises(InputError, match=r"before any is adopted, sizes, views, no-news still"):
        run_adopted(study.config, "cnn", 1, 0, other.paths)


@pytest.mark.parametrize(
    ("slot", "message"),
    [
        (("size", "cnn", 0), "--name must be one of the config's hypotheses .sizes, views, no-n"),
        (("views", "context", 0), r"--group must be one that views is asked of \(cnn\)"),
        (("views", "cnn", 4), r"--fold must be below .* \(4\), got 4"),
    ],
)
def test_slots_outside_the_config_are_refused(
    study: FoldStudy, slot: tuple[str, str, int], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        run_hypothesis(study.config, *slot, study.paths)
