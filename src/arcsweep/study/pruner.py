"""The pruner, and pruning decisions that survive the death of the worker that made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.pruners import BasePruner, HyperbandPruner, NopPruner
from optuna.trial import FrozenTrial

from arcsweep.config.study import PrunerConfig


def make_pruner(config: PrunerConfig) -> BasePruner:
    """The pruner that ``config`` describes."""
    if config.name == "none":
        return NopPruner()
    return HyperbandPruner(
        min_resource=config.min_resource,
        max_resource=config.max_resource,
        reduction_factor=config.reduction_factor,
    )


@dataclass(frozen=True)
class Decision:
    """What the pruner said after an epoch, and the notes that it wants kept on the trial."""

    prune: bool
    notes: Mapping[str, Any]


class _Rehearsal:
    """A storage that keeps a pruner's notes to itself instead of writing them."""

    def __init__(self, storage: optuna.storages.BaseStorage) -> None:
        self._storage = storage
        self.notes: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        self.notes[key] = value


def decide(study: optuna.Study, trial: FrozenTrial) -> Decision:
    """Ask the study's pruner about ``trial`` without writing anything.

    Successive halving notes that a rung is completed before it answers, and answers differently
    when it finds its own note: a worker that dies in between would lose the decision. Here notes
    and answer come out together, to be recorded in one write.
    """
    rehearsal = _Rehearsal(study._storage)
    view = optuna.Study(
        study_name=study.study_name,
        storage=rehearsal,  # type: ignore[arg-type]  # all that a pruner uses of a storage
        sampler=study.sampler,
        pruner=study.pruner,
    )
    return Decision(study.pruner.prune(view, trial), rehearsal.notes)
