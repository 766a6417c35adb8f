"""The proposal: rules applied to the evidence, as a config that loads and starts warm."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from arcsweep.config.base import Section
from arcsweep.config.root import Config
from arcsweep.config.rules import joint_problems
from arcsweep.config.study import StudyConfig
from arcsweep.config.text import dotted
from arcsweep.proposal import rules
from arcsweep.proposal.change import Change
from arcsweep.proposal.evidence import GroupEvidence
from arcsweep.proposal.rules import Draft, Lost
from arcsweep.protocol import ParamValue
from arcsweep.selection.params import sampled_params
from arcsweep.study.copies import is_expressed
from arcsweep.study.space import Space

MAX_NAME = 100


@dataclass(frozen=True)
class Revision:
    """A study to run next. n_warm of the n_finished trials can start it warm."""

    study: StudyConfig
    changes: tuple[Change, ...]
    n_warm: int
    n_finished: int

    @property
    def changed(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.action != "keep")


def revise(
    study: StudyConfig,
    by: str,
    groups: Sequence[GroupEvidence],
    trials: pd.DataFrame,
    *,
    lost: Sequence[Lost] = (),
    dead: Mapping[str, str] | None = None,
    whole: "Whole | None" = None,
) -> Revision:
    """The study that follows from the evidence of ``groups``.

    by: the parameter whose choices are the groups. lost: groups to leave out. dead: parameter →
    what the audit found. whole: the config around the study, which may set limits of its own.
    """
    told = [sampled_params(row, study.space) for row in trials.to_dict("records")]
    finished = [params for params, state in zip(told, trials["state"], strict=True)
                if state in ("COMPLETE", "PRUNED")]  # fmt: skip

    def warm(space: rules.Space) -> int:
        return n_expressed(finished, space)

    def fits(space: rules.Space) -> str:
        return _problem(study, space, whole)

    draft = Draft(dict(study.space), groups, by, fits, warm, study.sampler.n_startup_trials)
    rules.drop_groups(draft, lost)
    for name in list(study.space):
        if name != by and name in draft.space:
            rules.drop_choices(draft, name)
            rules.narrow(draft, name)
            if name in draft.space:
                rules.widen(draft, name)
    rules.fix(draft, dead or {})
    rules.keep(draft)
    order = list(study.space)
    changes = sorted(draft.changes, key=lambda change: order.index(change.parameter))
    return Revision(
        _successor(study, draft.space), tuple(changes), warm(draft.space), len(finished)
    )


@dataclass(frozen=True)
class Whole:
    """The config around the study."""

    config: Config

    def with_study(self, study: StudyConfig) -> Config:
        """The whole config with another study."""
        return self.config.model_copy(update={"study": study})

    def problems(self, study: StudyConfig) -> list[str]:
        """What is wrong with another study in it that was not wrong before."""
        before = set(joint_problems(self.config))
        return [
            f"{dotted(problem.key)} {problem.text}"
            for problem in joint_problems(self.with_study(study))
            if problem not in before
        ]


def n_expressed(finished: Sequence[Mapping[str, ParamValue]], space: rules.Space) -> int:
    """How many trials a study of ``space`` can take over as copies."""
    there = Space(space)
    return sum(is_expressed(params, there) for params in finished)


def next_name(name: str) -> str:
    """A name for the study after ``name``: x → x-2 → x-3."""
    found = re.fullmatch(r"(.*)-(\d{1,4})", name)
    stem, number = (found[1], int(found[2]) + 1) if found else (name, 2)
    tail = f"-{number}"
    return stem[: MAX_NAME - len(tail)] + tail


def _successor(study: StudyConfig, space: rules.Space) -> StudyConfig:
    mapping = study.model_dump(mode="json", exclude={"space"})
    mapping |= {"name": next_name(study.name), "warm_start_from": study.name}
    mapping["space"] = {name: _plain(parameter) for name, parameter in space.items()}
    return StudyConfig.model_validate(mapping)


def _plain(parameter: Section) -> dict[str, Any]:
    return {k: v for k, v in parameter.model_dump(mode="json").items() if v not in (None, {})}


def _problem(study: StudyConfig, space: rules.Space, whole: Whole | None) -> str:
    """The first thing that is wrong with the space, or nothing."""
    try:
        successor = _successor(study, space)
    except ValueError as error:
        return str(error).splitlines()[0]
    found = whole.problems(successor) if whole is not None else []
    return found[0] if found else ""
