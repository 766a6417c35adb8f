"""The proposed study is run: it starts warm from the one that it follows."""

from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import FrozenTrial
from sweep import make_worker
from test_successor import copies, prepare, trials
from toy import SPACE, study_config

from arcsweep.config import Config
from arcsweep.proposal.study import Proposal, propose
from arcsweep.selection.selection import select
from arcsweep.storage.location import Database
from arcsweep.trials.table import refuse_inexact, trials_table

N_OLD = 60
IDLE = {"type": "int", "low": 1, "high": 3}


@pytest.fixture
def proposal(database: Database, tmp_path: Path) -> Proposal:
    study = study_config("toy", N_OLD, space={**SPACE, "idle": IDLE}, sampler={"name": "random"})
    prepare(database, study)
    make_worker(database.url(), tmp_path / "toy", config=study).run()
    table = trials_table(trials(database, study), list(study.space), {})
    told = Config.model_validate({"study": study.model_dump(), "selection": {"by": "kind"}})
    selection = select(table, "kind", 5, "maximize", space=study.space)
    # What an audit of this objective finds: it never reads `idle`.
    dead = {"severity": "error", "key": "study.space.idle", "text": "changes nothing"}
    return propose(told, table, selection, audit={"findings": [dead]})


def test_the_proposal_takes_over_as_many_trials_as_it_says_and_samples_from_them(
    database: Database, proposal: Proposal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = proposal.config.study.model_copy(
        update={"n_trials": 4, "sampler": study_config(sampler={"n_startup_trials": 10}).sampler}
    )
    actions = {(c.parameter, c.action) for c in proposal.revision.changed}
    assert {("x", "narrow"), ("idle", "fix")} <= actions
    prepare(database, study)
    held = copies(database, "toy-2")
    assert len(held) == proposal.revision.n_warm > 10
    assert len(held) < N_OLD, "the narrowed range left some out"
    assert all("idle" not in copy.trial["params"] for copy in held), "one value is not modelled"

    modelled: list[int] = []
    split = optuna.samplers._tpe.sampler._split_trials

    def spy(study: Any, known: list[FrozenTrial], n_below: int) -> Any:
        modelled.append(len([t for t in known if t.state.is_finished()]))
        return split(study, known, n_below)

    monkeypatch.setattr(optuna.samplers._tpe.sampler, "_split_trials", spy)
    make_worker(database.url(), tmp_path / "next", config=study).run()
    new = trials(database, study)
    assert min(modelled) == len(held), "the first trial is drawn from the copies"
    refuse_inexact(trials_table(new, list(study.space), {}), 4, "")
    assert {trial.params["idle"] for trial in new} == {study.space["idle"].low}  # type: ignore[union-attr]
