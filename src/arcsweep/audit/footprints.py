"""Memory and time of the largest configuration of each group, against what the profile grants."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import numpy as np
import psutil

from arcsweep.audit.drawing import Assignment, draw_with, effective, points_of
from arcsweep.audit.effects import Rehearsals
from arcsweep.audit.finding import Finding
from arcsweep.audit.profile import Grant
from arcsweep.config import Config
from arcsweep.config.space import CategoricalConfig
from arcsweep.paths import Paths
from arcsweep.protocol import Footprint, OutOfMemory, ParamValue, Probed
from arcsweep.study.objective import load_objective
from arcsweep.workers.threads import limit_threads

SHARES = (0.25, 0.5, 1.0)
"""Parts of the heaviest batch that are measured one after the other."""

SAFE_SHARE_OF_MEMORY = 0.6
"""No batch is tried that would take more than this of the machine's free memory."""

MAX_STEP_S = 240.0


@dataclass(frozen=True)
class Largest:
    """The largest configuration of a group and what it needs.

    measured: whether a whole batch ran; otherwise the figures continue the line through smaller
    parts of it. peak_mb is None when not even the smallest part could be tried.
    """

    group: ParamValue
    params: Assignment
    peak_mb: float | None
    epoch_s: float
    n_parameters: int
    measured: bool


def largest_params(
    rehearsals: Rehearsals, by: str, choice: ParamValue, generator: np.random.Generator
) -> Assignment:
    """The value of each parameter with which a step holds most, one parameter after the other."""
    space = rehearsals.space
    base = draw_with(space, [], generator, {by: choice})
    assert base is not None, "a switch without condition can have any of its choices"
    for name in space.order:
        if name != by and name in space.active(base):
            held = {v: rehearsals.held_mb({**base, name: v}) for v in points_of(
                space.parameters[name])}  # fmt: skip
            if len(set(held.values())) > 1:
                base[name] = max(held, key=lambda value: held[value])
    return effective(space, base)


def measure_largest(
    config: Config,
    rehearsals: Rehearsals,
    generator: np.random.Generator,
    say: Callable[[str], None],
) -> list[Largest]:
    """Footprints of the largest configuration for each choice of ``selection.by``."""
    by = config.selection.by
    switch = config.study.space[by]
    found = []
    for choice in switch.choices if isinstance(switch, CategoricalConfig) else ():
        params = largest_params(rehearsals, by, choice, generator)
        say(f"{choice}: measuring the largest configuration")
        found.append(_measure(config, choice, params))
    return found


def _measure(config: Config, choice: ParamValue, params: Assignment) -> Largest:
    done: list[tuple[float, Footprint]] = []
    for share in SHARES:
        if done and not _safe(done, share):
            break
        footprint = footprint_in_child(config, params, share)
        if footprint is None:
            break
        done.append((share, footprint))
    if not done:
        return Largest(choice, params, None, 0.0, 0, False)
    last = done[-1][1]
    whole = done[-1][0] == SHARES[-1]
    peak = last.peak_mb if whole else _continued(done)
    return Largest(choice, params, peak, last.epoch_s, last.n_parameters, whole)


def footprint_in_child(config: Config, params: Assignment, share: float) -> Footprint | None:
    """The footprint measured by a process of its own; None when it ran out of memory."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(_footprint, config, params, share).result()
        except (OutOfMemory, BrokenProcessPool):  # the kernel kills what takes too much
            return None


def _footprint(config: Config, params: Assignment, share: float) -> Footprint:
    limit_threads(config.workers.threads)
    objective = load_objective(config, Paths.of(config))
    assert isinstance(objective, Probed), "only a probed objective is measured"
    return objective.probe().footprint(params, config.training.seed, share)


def _safe(done: list[tuple[float, Footprint]], share: float) -> bool:
    """Whether the next part surely fits into memory and time."""
    last_share, last = done[-1]
    expected = last.peak_mb * share / last_share  # above the truth: part of it is constant
    free = psutil.virtual_memory().available / 2**20
    return expected < SAFE_SHARE_OF_MEMORY * free and last.epoch_s * share < MAX_STEP_S * 60


def _continued(done: list[tuple[float, Footprint]]) -> float:
    """Peak of a whole batch, on the line through the last two parts."""
    if len(done) == 1:
        return done[0][1].peak_mb / done[0][0]
    (share_a, a), (share_b, b) = done[-2:]
    slope = (b.peak_mb - a.peak_mb) / (share_b - share_a)
    return b.peak_mb + slope * (1.0 - share_b)


def footprint_findings(
    largest: list[Largest], grant: Grant | None, epochs: int
) -> Iterator[Finding]:
    """Each group's needs as a note, and what of them the profile does not grant."""
    machine_mb = psutil.virtual_memory().total / 2**20
    for each in largest:
        key = f"largest {each.group} configuration"
        settings = ", ".join(f"{n} {v:.3g}" if isinstance(v, float) else f"{n} {v}"
                             for n, v in each.params.items())  # fmt: skip
        if each.peak_mb is None:
            yield Finding(
                "error", key, "does not fit into the memory of this machine",
                f"a quarter of its batch ran out of {machine_mb:,.0f} MB; {settings}",
                "lower what makes it large, or audit on a node like those of the sweep",
            )  # fmt: skip
            continue
        trial_min = each.epoch_s * epochs / 60
        how = "measured" if each.measured else "extended from half a batch or less"
        evidence = f"{each.n_parameters:,} weights; {settings}; memory {how}"
        yield Finding(
            "note", key,
            f"needs {each.peak_mb:,.0f} MB and, on this machine's CPU, {each.epoch_s:,.0f} s an "
            f"epoch, {trial_min / 60:,.1f} h a trial of {epochs} epochs", evidence,
        )  # fmt: skip
        yield from _against(each, grant, machine_mb, trial_min, evidence, key)


def _against(
    each: Largest,
    grant: Grant | None,
    machine_mb: float,
    trial_min: float,
    evidence: str,
    key: str,
) -> Iterator[Finding]:
    peak = each.peak_mb or 0.0
    granted = grant.memory_mb if grant else None
    source = grant.source if grant and granted else "this machine"
    limit = granted or machine_mb
    if peak > limit:
        yield Finding(
            "error", key, f"needs {peak:,.0f} MB, but {source} has {limit:,.0f} MB", evidence,
            f"raise mem_mb to {1.2 * peak:,.0f} or more, or lower batch_size or what else is large",
        )  # fmt: skip
    if grant is None or grant.runtime_min is None:
        return
    if each.epoch_s / 60 > grant.runtime_min:
        yield Finding(
            "error", key,
            f"takes {each.epoch_s / 60:,.0f} min an epoch, but {grant.source} allows "
            f"{grant.runtime_min:g} min: no checkpoint would ever be reached", evidence,
            "raise runtime, or lower what makes it large",
        )  # fmt: skip
    elif trial_min > grant.runtime_min:
        yield Finding(
            "warning", key,
            f"takes {trial_min:,.0f} min a trial on this machine, but {grant.source} allows "
            f"{grant.runtime_min:g} min: it will be interrupted and resumed", evidence,
            "raise runtime where the partition allows it",
        )  # fmt: skip
