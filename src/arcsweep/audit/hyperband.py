"""Budgets that Hyperband cannot use well."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log

from arcsweep.audit.finding import Finding
from arcsweep.config.study import StudyConfig


@dataclass(frozen=True)
class Bracket:
    """rungs: epochs at which its trials are judged; share: of all trials that fall into it."""

    rungs: tuple[int, ...]
    share: float


def brackets(min_resource: int, max_resource: int, factor: int) -> tuple[Bracket, ...]:
    """The brackets that Optuna's HyperbandPruner makes of these figures.

    Source: Li et al. (2018), JMLR 18, 1-52, algorithm 1, as optuna/pruners/_hyperband.py counts.
    """
    n = floor(log(max_resource / min_resource, factor)) + 1
    weights = [ceil(n * factor ** (n - 1 - i) / (n - i)) for i in range(n)]
    return tuple(
        Bracket(
            tuple(min_resource * factor**rung for rung in range(first, n)),
            weights[first] / sum(weights),
        )
        for first in range(n)
    )


def hyperband_findings(study: StudyConfig, epochs: int, earliest_end: int) -> Iterator[Finding]:
    """What of the pruner's budget is never used.

    epochs: of a trial that is never stopped. earliest_end: fewest after which one may end itself.
    """
    pruner = study.pruner
    if pruner.name != "hyperband":
        return
    found = brackets(pruner.min_resource, pruner.max_resource, pruner.reduction_factor)
    evidence = "; ".join(
        f"bracket {i}: judged after {', '.join(map(str, b.rungs))} epochs, "
        f"about {b.share * study.n_trials:.0f} of {study.n_trials} trials"
        for i, b in enumerate(found)
    )
    yield from _epochs(pruner.max_resource, epochs, evidence)
    yield from _early_ends(found, earliest_end, evidence)
    yield from _trials(found, study, evidence)


def _epochs(max_resource: int, epochs: int, evidence: str) -> Iterator[Finding]:
    key = "study.pruner.max_resource"
    if max_resource > epochs:
        yield Finding(
            "error", key, f"is {max_resource}, but a trial has only {epochs} epochs", evidence,
            f"lower it to {epochs}, or raise the epochs of a trial",
        )  # fmt: skip
    elif max_resource < epochs:
        yield Finding(
            "note", key, f"is {max_resource}, below the {epochs} epochs of a trial", evidence,
            "the brackets are cut for shorter trials; raise it unless that is meant",
        )  # fmt: skip


def _early_ends(found: tuple[Bracket, ...], earliest_end: int, evidence: str) -> Iterator[Finding]:
    late = [i for i, bracket in enumerate(found) if earliest_end < bracket.rungs[0]]
    if not late:
        return
    first = late[0] == 0
    share = sum(found[i].share for i in late)
    which = "every bracket" if first else f"bracket {', '.join(map(str, late))}"
    yield Finding(
        "warning" if first else "note",
        "study.pruner.min_resource",
        f"lets trials end by themselves (from epoch {earliest_end} on) before they are first "
        f"judged, in {which}, {share:.0%} of all trials",
        evidence,
        f"lower min_resource to {earliest_end} or raise the patience of early stopping"
        if first
        else "",
    )


def _trials(found: tuple[Bracket, ...], study: StudyConfig, evidence: str) -> Iterator[Finding]:
    factor = study.pruner.reduction_factor
    short = [
        i
        for i, bracket in enumerate(found)
        if bracket.share * study.n_trials < factor ** len(bracket.rungs)
    ]
    if short:
        need = max(ceil(factor ** len(b.rungs) / b.share) for b in found)
        yield Finding(
            "warning", "study.n_trials",
            f"is {study.n_trials}, too few for bracket {', '.join(map(str, short))}: with one in "
            f"{factor} going on at each rung, not one trial is expected to pass the last",
            evidence,
            f"raise it to {need}, or raise study.pruner.min_resource for fewer brackets",
        )  # fmt: skip
    startup = study.sampler.n_startup_trials
    if study.sampler.name == "tpe" and startup >= study.n_trials:
        yield Finding(
            "warning", "study.sampler.n_startup_trials",
            f"is {startup} of {study.n_trials} trials: all of them are random",
            "the sampler learns from the first n_startup_trials and proposes from then on",
            "lower it to a sixth of the budget, or set study.sampler.name to random",
        )  # fmt: skip
