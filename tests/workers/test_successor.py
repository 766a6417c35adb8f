"""A study that learns from an earlier one of another meaning."""

import os
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState
from sweep import make_worker
from toy import SPACE, study_config

from arcsweep.config.study import StudyConfig
from arcsweep.errors import ArcsweepError, StudyMismatchError
from arcsweep.storage import guards
from arcsweep.storage.location import Database
from arcsweep.study.fingerprint import study_fingerprint
from arcsweep.study.opening import OpenStudy, open_study, prepare_study, study_record
from arcsweep.trials.table import refuse_inexact, trials_table

OLD, N_OLD = "toy", 14


class Meaning:
    """An objective's fingerprint without the objective."""

    def __init__(self, version: str = "1") -> None:
        self.version = version

    def fingerprint(self) -> dict[str, str]:
        return {"toy": self.version}


def prepare(database: Database, config: StudyConfig, version: str = "1") -> OpenStudy:
    fingerprint = study_fingerprint(config, Meaning(version))  # type: ignore[arg-type]
    return prepare_study(config, database.url(), {}, fingerprint)


def run(database: Database, config: StudyConfig, tmp_path: Path) -> list[FrozenTrial]:
    make_worker(database.url(), tmp_path / config.name, config=config).run()
    return trials(database, config)


def trials(database: Database, config: StudyConfig) -> list[FrozenTrial]:
    return open_study(config, database.url(), {}).study.get_trials(deepcopy=False)


def successor(space: dict[str, Any] | None = None, **more: Any) -> StudyConfig:
    changed = {"space": space} if space else {}
    return study_config("new", **{"n_trials": 5, "warm_start_from": OLD, **changed, **more})


@pytest.fixture
def old(database: Database, tmp_path: Path) -> list[FrozenTrial]:
    prepare(database, study_config(OLD, N_OLD))
    return run(database, study_config(OLD, N_OLD), tmp_path)


def copies(database: Database, name: str = "new") -> list[guards.Copy]:
    storage = optuna.storages.RDBStorage(database.url())
    names = guards.study_names(storage.engine)
    found = guards.copies(storage.engine, names[name]) if name in names else []
    storage.engine.dispose()
    return found


def test_copies_are_each_there_once_and_are_no_trials_of_the_new_study(
    database: Database, old: list[FrozenTrial], tmp_path: Path
) -> None:
    config = successor()
    prepare(database, config, "2")
    opened = prepare(database, config, "2")
    assert opened.study.get_trials() == [] and opened.sweep().spent == 0
    held = copies(database)
    assert [(c.source, c.number) for c in held] == [(OLD, n) for n in range(N_OLD)]
    assert [c.trial["params"] for c in held] == [t.params for t in old]
    assert [c.trial["state"] for c in held] == [t.state.name for t in old]
    new = run(database, config, tmp_path)
    assert [t.number for t in new] == list(range(5))
    table = trials_table(new, list(config.space), {})
    refuse_inexact(table, 5, "")
    assert len(table) == 5


def test_copies_inform_the_sampler_from_the_first_trial_and_never_the_pruner(
    database: Database,
    old: list[FrozenTrial],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = successor()
    prepare(database, config)
    modelled: dict[int, int] = {}
    judged: list[int] = []
    split = optuna.samplers._tpe.sampler._split_trials
    prune = optuna.pruners.SuccessiveHalvingPruner.prune

    def spy_split(study: Any, known: list[FrozenTrial], n_below: int) -> Any:
        finished = [t for t in known if t.state.is_finished()]
        modelled[len(finished)] = n_below
        return split(study, known, n_below)

    def spy_prune(self: Any, study: Any, trial: FrozenTrial) -> bool:
        judged.append(len(study.get_trials(deepcopy=False)))
        return bool(prune(self, study, trial))

    monkeypatch.setattr(optuna.samplers._tpe.sampler, "_split_trials", spy_split)
    monkeypatch.setattr(optuna.pruners.SuccessiveHalvingPruner, "prune", spy_prune)
    run(database, config, tmp_path)
    assert sorted(modelled) == [N_OLD, N_OLD + 1, N_OLD + 2, N_OLD + 3, N_OLD + 4]
    assert judged and max(judged) <= 5, "the pruner sees trials of this study only"


def test_too_few_copies_leave_random_trials_that_are_not_those_of_the_old_study(
    database: Database, old: list[FrozenTrial], tmp_path: Path
) -> None:
    config = successor(sampler={"n_startup_trials": N_OLD + 3})
    prepare(database, config)
    new = run(database, config, tmp_path)
    assert not {t.params["x"] for t in new} & {t.params["x"] for t in old}


def test_an_extended_space_takes_what_it_can_express(
    database: Database, old: list[FrozenTrial], tmp_path: Path
) -> None:
    space = {
        "kind": {"type": "categorical", "choices": ["a", "c", "b"]},
        "x": {"type": "float", "low": 0.3, "high": 2.0},
        "fresh": {"type": "int", "low": 1, "high": 3},
        "width": {"type": "int", "low": 1, "high": 3, "when": {"kind": "c"}},
    }
    config = successor(space)
    opened = prepare(database, config, "2")
    kept = [t for t in old if t.params["x"] >= 0.3]
    assert 0 < len(kept) < N_OLD
    assert [c.trial["params"] for c in copies(database)] == [
        {name: t.params[name] for name in ("kind", "x")} for t in kept
    ]
    record = study_record(config, opened.sweep())["warm_start"]
    assert (record["from"], record["copied"]) == (OLD, len(kept))
    assert record["left_out"] == {"x is outside the new space": N_OLD - len(kept)}
    assert set(record["differences"]) == {"space", "toy"}
    assert len(run(database, config, tmp_path)) == 5


def test_a_chain_of_successors_forgets_nothing(
    database: Database, old: list[FrozenTrial], tmp_path: Path
) -> None:
    prepare(database, successor())
    run(database, successor(), tmp_path)
    prepare(database, study_config("third", warm_start_from="new"))
    sources = [c.source for c in copies(database, "third")]
    assert (sources.count(OLD), sources.count("new")) == (N_OLD, 5)


def test_a_crash_between_creating_and_copying_is_mended_by_the_same_command(
    database: Database, old: list[FrozenTrial], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("register", "_insert_copies"):
        child = os.fork()
        if child == 0:
            monkeypatch.setattr(guards, place, lambda *a: os._exit(9))
            prepare(database, successor())
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert copies(database) == []
    prepare(database, successor())
    assert len(copies(database)) == N_OLD


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"warm_start_from": "absent"}, "must name a study in the database, got 'absent'.*toy"),
        ({"direction": "minimize"}, "same direction: 'toy' has maximize"),
    ],
)
def test_a_source_that_cannot_be_is_refused_before_anything_is_written(
    database: Database, old: list[FrozenTrial], changes: dict[str, str], text: str
) -> None:
    with pytest.raises(StudyMismatchError, match=text):
        prepare(database, successor(**changes))
    storage = optuna.storages.RDBStorage(database.url())
    assert optuna.get_all_study_names(storage) == [OLD]


def test_a_study_cannot_learn_from_itself() -> None:
    with pytest.raises(ValueError, match="must name another study than"):
        study_config("toy", warm_start_from="toy")


def test_the_source_of_an_existing_study_cannot_change(
    database: Database, old: list[FrozenTrial]
) -> None:
    with pytest.raises(StudyMismatchError, match="must stay null for study 'toy', got new"):
        prepare(database, study_config(OLD, N_OLD, warm_start_from="new"))
    prepare(database, successor())
    config = successor(warm_start_from=None)
    for refused in (
        lambda: prepare(database, config),
        lambda: open_study(config, database.url(), {}),
    ):
        with pytest.raises(StudyMismatchError, match="must stay toy for study 'new', got null"):
            refused()


def test_a_mismatch_shows_the_difference_and_the_choices(
    database: Database, old: list[FrozenTrial]
) -> None:
    wider = {**SPACE, "x": {"type": "float", "low": 0.0, "high": 2.0}}
    with pytest.raises(ArcsweepError) as refused:
        prepare(database, study_config(OLD, N_OLD, space=wider))
    text = str(refused.value)
    assert '"high": 1.0' in text and '"high": 2.0' in text and "kind" not in text
    assert "study.warm_start_from to toy" in text and "old settings" in text
    assert all(t.state != TrialState.RUNNING for t in trials(database, study_config(OLD)))
