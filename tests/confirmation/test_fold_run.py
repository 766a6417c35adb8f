"""Claims of a run on a fold: honest, resumable, kept by what it is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arcsweep.confirmation import fold_run
from arcsweep.confirmation.fold_data import FoldData
from arcsweep.confirmation.fold_run import fold_settings, run_on_fold
from arcsweep.extended.reporter import ExtendedReporter
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.protocol import Diverged
from training.easy import CNN, CONTEXT

from .fold_study import EPOCHS, FoldStudy, fold_study

ORIGIN = ("seconds", "host")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> FoldStudy:
    return fold_study(tmp_path_factory.mktemp("folds"))


def run(study: FoldStudy, root: Path, params: dict[str, Any] = CNN, **changed: Any) -> Any:
    """A run on fold 1 whose store is below ``root``."""
    data = FoldData.of(study.config, 1, study.paths)
    data = replace(data, fold=changed.pop("fold", data.fold), paths=_elsewhere(study, root))
    seed = changed.pop("seed", 1)
    settings = fold_settings(study.config).model_copy(update=changed)
    return run_on_fold(data, params, settings, seed)


def _elsewhere(study: FoldStudy, root: Path) -> Any:
    """The study's files with another fold store."""

    class Elsewhere(type(study.paths)):  # type: ignore[misc]
        fold_store = root / "fold-store"

    paths = study.paths
    return Elsewhere(paths.root, paths.study, paths.data_dir, paths.centroids)


def told(record: dict[str, Any]) -> dict[str, Any]:
    """The record without what differs between equal runs."""
    final = {k: v for k, v in record["final"].items() if k != "epoch_seconds"}
    return {k: v for k, v in record.items() if k not in ORIGIN} | {"final": final}


def permuted(judged: dict[str, str]) -> dict[str, str]:
    """Every judged task with another category than its own."""
    named = sorted(set(judged.values()))
    return {t: named[(named.index(c) + 1) % len(named)] for t, c in judged.items()}


def test_the_record_has_one_answer_and_its_logits_for_every_judged_task(
    study: FoldStudy, tmp_path: Path
) -> None:
    record = run(study, tmp_path)
    fold = FoldData.of(study.config, 1, study.paths).fold
    assert not record["empty"] and record["judged"] == fold.judged and len(fold.judged) == 8
    assert record["predictions"].keys() == fold.judged.keys()
    for task, named in record["predictions"].items():
        logits = record["logits"][task]
        assert len(logits) == len(record["shown_logits"][task]) == 9
        assert CATEGORIES[logits.index(max(logits))] == named
    right = sum(record["predictions"][t] == c for t, c in fold.judged.items())
    assert record["final"]["n_correct"] == right
    assert [row["epoch"] for row in record["history"]] == list(range(1, EPOCHS + 1))


@pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
def test_the_judged_tasks_labels_change_nothing_that_is_trained(
    study: FoldStudy, tmp_path: Path, params: dict[str, Any]
) -> None:
    # The learning rate falls as soon as what the scheduler watches stalls once.
    params = {**params, "use_scheduler": True}
    fold = FoldData.of(study.config, 1, study.paths).fold
    other = replace(fold, judged=permuted(fold.judged))
    first, second = (
        run(study, tmp_path, params, fold=f, epochs=6, views_per_epoch=4, scheduler_patience=0)
        for f in (fold, other)
    )
    assert first["final"]["validation_loss"] != second["final"]["validation_loss"], "as judged"
    assert first["final"]["learning_rate"] == second["final"]["learning_rate"]
    assert first["logits"] == second["logits"]
    losses = [[row["train_loss"] for row in r["history"]] for r in (first, second)]
    assert losses[0] == losses[1]


def test_a_killed_run_goes_on_after_its_last_epoch_and_is_the_same(
    study: FoldStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(study, tmp_path / "whole")
    report = ExtendedReporter.report

    def die(self: ExtendedReporter, *arguments: Any) -> None:
        report(self, *arguments)
        if len(self.history) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(ExtendedReporter, "report", die)
    with pytest.raises(KeyboardInterrupt):
        run(study, tmp_path / "killed")
    epochs: list[int] = []

    def count(self: ExtendedReporter, *arguments: Any) -> None:
        report(self, *arguments)
        epochs.append(self.history[-1]["epoch"])

    monkeypatch.setattr(ExtendedReporter, "report", count)
    resumed = run(study, tmp_path / "killed")
    assert epochs == [3, 4]
    assert told(resumed) == told(whole)
    assert not list((tmp_path / "killed").rglob("*.ckpt"))


def test_a_run_is_kept_by_what_it_is(
    study: FoldStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[int] = []
    train = fold_run._train

    def counted(*arguments: Any) -> dict[str, Any]:
        trained.append(1)
        return train(*arguments)

    monkeypatch.setattr(fold_run, "_train", counted)
    first = run(study, tmp_path)
    assert run(study, tmp_path, num_workers=1) == first and len(trained) == 1
    other = {"seed": 2}, {"epochs": 3}, {"color_permute": False}, {"params": {**CNN, "lr": 1e-3}}
    for n, change in enumerate(other, start=2):
        run(study, tmp_path, **change)
        assert len(trained) == n, change


def test_a_run_that_diverges_says_so_and_is_tried_again(
    study: FoldStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = fold_run._train

    def diverge(*_: Any) -> dict[str, Any]:
        raise Diverged("too fast")

    monkeypatch.setattr(fold_run, "_train", diverge)
    record = run(study, tmp_path)
    assert record["empty"] and record["outcome"] == "diverged"
    assert record["reason"] == "diverged: too fast"
    monkeypatch.setattr(fold_run, "_train", train)
    assert not run(study, tmp_path)["empty"]


def test_early_stopping_is_refused(study: FoldStudy, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="early_stop_patience must be 0, got 3"):
        run(study, tmp_path, early_stop_patience=3)
