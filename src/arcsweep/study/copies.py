"""A successor study: trials of an earlier study, told in the terms of a new one.

Copies are no trials of the new study. They stand in a table of their own, where nothing that
counts, prunes, exports or selects trials looks; the sampler alone is shown them. The pruner must
not: intermediate values of another meaning would judge new trials.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState, create_trial
from sqlalchemy import Engine

from arcsweep.config.space import CategoricalConfig, ParameterConfig
from arcsweep.config.study import StudyConfig
from arcsweep.errors import StudyMismatchError
from arcsweep.protocol import ParamValue
from arcsweep.storage import guards
from arcsweep.storage.guards import Copy, WarmStart
from arcsweep.study.fingerprint import differences
from arcsweep.study.space import Space

_FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


def warm_start(
    config: StudyConfig,
    storage: optuna.storages.RDBStorage,
    fingerprint: Mapping[str, str],
) -> WarmStart | None:
    """What the new study of ``config`` takes over; None when it starts from nothing.

    Its source's own copies come along, so that a chain of successors forgets nothing. Raises
    StudyMismatchError for a source that is not in the database or has another direction.
    """
    source = config.warm_start_from
    if source is None:
        return None
    source_id = _source_id(storage.engine, source, config)
    space = Space(config.space)
    trials = storage.get_all_trials(source_id, deepcopy=False, states=_FINISHED)
    rows = [*guards.copies(storage.engine, source_id), *(_row(source, t) for t in trials)]
    copies, left_out = [], Counter[str]()
    for row in rows:
        params = _expressed(row.trial["params"], space)
        if isinstance(params, str):
            left_out[params] += 1
        else:
            copies.append(Copy(row.source, row.number, {**row.trial, "params": params}))
    sweep = guards.read(storage.engine, source_id)
    record = {
        "copied": len(copies),
        "left_out": dict(sorted(left_out.items())),
        "differences": differences(sweep.fingerprint, fingerprint),
    }
    return WarmStart(source, copies, record)


def refuse_other_source(name: str, recorded: str | None, wanted: str | None) -> None:
    """Raise StudyMismatchError when an existing study is to learn from another one than it did."""
    if recorded == wanted:
        return
    raise StudyMismatchError(
        f"study.warm_start_from must stay {recorded or 'null'} for study {name!r}, got"
        f" {wanted or 'null'}: copies are made when a study is created; set it back, or give"
        " study.name a new name"
    )


def known_trials(copies: Sequence[Copy], space: Space) -> tuple[FrozenTrial, ...]:
    """The copies as Optuna's trials with the distributions of ``space``, numbered from 0."""
    distributions = space.distributions()
    known = []
    for number, copy in enumerate(copies):
        values = copy.trial["intermediate_values"]
        trial = create_trial(
            state=TrialState[copy.trial["state"]],
            value=copy.trial["value"],
            params=dict(copy.trial["params"]),
            distributions={name: distributions[name] for name in copy.trial["params"]},
            intermediate_values={int(step): float(value) for step, value in values.items()},
        )
        trial.number = number
        known.append(trial)
    return tuple(known)


def _source_id(engine: Engine, source: str, config: StudyConfig) -> int:
    names = guards.study_names(engine)
    if source not in names:
        others = ", ".join(names) or "none"
        raise StudyMismatchError(
            f"study.warm_start_from must name a study in the database, got {source!r}; it holds:"
            f" {others}"
        )
    direction = guards.read(engine, names[source]).fingerprint.get("direction", config.direction)
    if direction != config.direction:
        raise StudyMismatchError(
            f"study.warm_start_from must name a study of the same direction: {source!r} has"
            f" {direction}, study.direction is {config.direction}; change one of them"
        )
    return names[source]


def _row(source: str, trial: FrozenTrial) -> Copy:
    return Copy(
        source,
        trial.number,
        {
            "state": trial.state.name,
            "value": trial.value if trial.state == TrialState.COMPLETE else None,
            "params": trial.params,
            "intermediate_values": {str(k): v for k, v in trial.intermediate_values.items()},
        },
    )


def is_expressed(params: Mapping[str, ParamValue], space: Space) -> bool:
    """Whether a trial with these parameters has a place in a study of ``space``."""
    return not isinstance(_expressed(params, space), str)


def _one_number(parameter: ParameterConfig) -> float | None:
    """The number at which the space holds a parameter; None where it can vary or is a choice."""
    if isinstance(parameter, CategoricalConfig) or parameter.low != parameter.high:
        return None
    return parameter.low


def _expressed(params: Mapping[str, ParamValue], space: Space) -> dict[str, Any] | str:
    """``params`` in the terms of ``space``, or why they have no place in it.

    A parameter that the space does not have (any more, or in such a trial) is dropped, and so is a
    number that the space holds at one value: there is nothing left to learn of it. One that is
    new stays without a value: what the earlier study trained with in its place is not known, and
    the copy tells of the others.
    """
    values: dict[str, ParamValue] = {}
    for name in space.order:
        if name not in params or not space.is_active(name, values):
            continue
        number = _one_number(space.parameters[name])
        if number is None and not space.admits(name, params[name]):
            return f"{name} is outside the new space"
        values[name] = space.as_declared(name, params[name]) if number is None else number
    told = {n: v for n, v in values.items() if _one_number(space.parameters[n]) is None}
    return told or "no parameter in common"
