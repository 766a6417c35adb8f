"""Claims of searches cut back to equal budgets."""

from pathlib import Path

import pytest

from arcsweep.reports.analysis import analyse
from arcsweep.reports.equal_budget import EqualBudgets
from arcsweep.reports.material import load_material

from .synthetic import SPACE, SyntheticStudy


def budgets(root: Path, **study: object) -> tuple[SyntheticStudy, EqualBudgets]:
    made = SyntheticStudy(root, **study).write()  # type: ignore[arg-type]
    return made, analyse(load_material(made.config, made.paths)).budgets


def test_every_group_is_cut_back_to_the_smallest_budget(tmp_path: Path) -> None:
    study, found = budgets(tmp_path)
    encoders = study.trials["param_encoder_type"]
    counts, seconds = encoders.value_counts(), study.trials.groupby(encoders)["seconds"].sum()
    assert found.n_trials == counts.min() and found.seconds == pytest.approx(seconds.min())
    assert {share.n_trials for share in found.by_trials.values()} == {found.n_trials}
    for name, share in found.by_seconds.items():
        mine = study.trials[encoders == name].sort_values("number")["seconds"]
        assert mine.head(share.n_trials).sum() <= found.seconds
        assert mine.head(share.n_trials + 1).sum() > found.seconds or share.n_trials == len(mine)
    least = counts.idxmin()
    assert found.by_trials[least].same and found.by_trials[least].n_trials == counts[least]


def test_a_best_that_came_late_is_not_among_the_first(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path).write()
    last = study.trials[study.trials["param_encoder_type"] == "cnn"].index[-1]
    study.trials.loc[last, ["state", "outcome", "value"]] = ["COMPLETE", "complete", 1.0]
    study.trials.to_parquet(study.paths.trials_parquet)
    study.write_runs()
    found = analyse(load_material(study.config, study.paths)).budgets
    assert not found.by_trials["cnn"].same
    best = found.by_trials["cnn"].best
    assert best is not None and best < 1.0


def test_one_group_alone_has_nothing_to_make_equal(tmp_path: Path) -> None:
    one = {"type": "categorical", "choices": ["cnn"]}
    space = {n: p for n, p in SPACE.items() if n != "ctx_dropout"} | {"encoder_type": one}
    _, found = budgets(tmp_path, space=space)
    assert not found.by_trials and not found.by_seconds
