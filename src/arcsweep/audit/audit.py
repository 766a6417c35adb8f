"""All checks in their order."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arcsweep.audit.coverage import condition_findings
from arcsweep.audit.drawing import draw, effective
from arcsweep.audit.effects import (
    Rehearsals,
    broken_findings,
    duplicate_findings,
    effect_findings,
    measure_effects,
)
from arcsweep.audit.finding import Finding, worst_first
from arcsweep.audit.footprints import footprint_findings, measure_largest
from arcsweep.audit.history import history_findings
from arcsweep.audit.hyperband import hyperband_findings
from arcsweep.audit.profile import Grant
from arcsweep.config import Config
from arcsweep.protocol import Objective, Probe, Probed
from arcsweep.study.space import Space


@dataclass(frozen=True)
class Audit:
    """findings: the worst first. rehearsals: models that were trained. unchecked: and why."""

    findings: tuple[Finding, ...]
    rehearsals: int
    unchecked: tuple[str, ...]


def audit(
    config: Config,
    objective: Objective,
    *,
    trials: pd.DataFrame | None = None,
    grant: Grant | None = None,
    n_bases: int = 3,
    footprints: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Everything that can be told before a trial is queued; deterministic but for measured times.

    trials: of an existing study, for ranges that lose every trial. grant: of a profile.
    n_bases: random configurations that a parameter is tried at before it is called idle.
    footprints: measure the largest configurations too.
    """
    space = Space(config.study.space)
    generator = np.random.default_rng(config.study.sampler.seed)
    findings = list(condition_findings(space, config.study.n_trials, generator))
    unchecked, count = [], 0
    if trials is None:
        unchecked.append("ranges that lose every trial: there are no trials of this study yet")
    else:
        findings += history_findings(trials, space)
    if isinstance(objective, Probed):
        probe = objective.probe()
        rehearsals = Rehearsals(space, probe, config.training.seed, say)
        findings += hyperband_findings(config.study, probe.epochs, probe.earliest_end)
        findings += _effects(config, space, probe, rehearsals, n_bases, generator)
        if footprints:
            largest = measure_largest(config, rehearsals, generator, say)
            findings += footprint_findings(largest, grant, probe.epochs)
        else:
            unchecked.append("memory and time: left out on request")
        findings += broken_findings(rehearsals)
        count = rehearsals.count
    else:
        unchecked.append(
            "effects of parameters, memory, time and the pruner's budget: the training function of "
            "study.objective offers no probe()"
        )
    return Audit(tuple(worst_first(findings)), count, tuple(unchecked))


def _effects(
    config: Config,
    space: Space,
    probe: Probe,
    rehearsals: Rehearsals,
    n_bases: int,
    generator: np.random.Generator,
) -> list[Finding]:
    base = effective(space, draw(space, generator))
    if rehearsals.fresh(base) != rehearsals.fresh(base):
        return [
            Finding(
                "error", "study.objective", "does not repeat itself with equal parameters and seed",
                "two rehearsals of one configuration gave different results",
                "mend its random states; what parameters do cannot be told before",
            )
        ]  # fmt: skip
    effects = measure_effects(rehearsals, config.selection.by, n_bases, generator)
    return [
        *effect_findings(effects, rehearsals),
        *duplicate_findings(effects, rehearsals, n_bases, generator),
    ]
