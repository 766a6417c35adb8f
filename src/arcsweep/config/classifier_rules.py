"""What the ARC classifier asks of a config; another training function has needs of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from arcsweep.config.base import Problem
from arcsweep.config.conditions import (
    SpaceConfig,
    Values,
    constraints,
    contains,
    values_of,
)
from arcsweep.config.root import Config
from arcsweep.config.space import CategoricalConfig, Choice, ParameterConfig
from arcsweep.config.text import nearest, shown

CLASSIFIER_OBJECTIVE = "arcsweep.training.objective:build"
"""Value of ``study.objective`` for which these rules hold."""


def trains_classifier(config: Config) -> bool:
    """Is the training function ARC's; a user's own needs no tasks, labels or split."""
    return config.study.objective == CLASSIFIER_OBJECTIVE


@dataclass(frozen=True)
class Need:
    """What the classifier does with one parameter.

    least and most bound the values, both included unless ``open_ends``.
    when: switch → the value with which, and only with which, the parameter is used.
    optional: absent means off, in all trials or, with a condition, in those without a value.
    """

    kind: Literal["truth", "text", "whole", "real"]
    least: float = 0.0
    most: float = float("inf")
    open_ends: bool = False
    choices: tuple[str, ...] = ()
    when: Mapping[str, Choice] = field(default_factory=dict)
    optional: bool = False


_MAX_SIZE = 65_536.0
_MAX_LAYERS = 100.0
_CNN_BLOCKS = 6.0

_CNN: dict[str, Choice] = {"encoder_type": "cnn"}
_CONTEXT: dict[str, Choice] = {"encoder_type": "context"}

NEEDS: dict[str, Need] = {
    "encoder_type": Need("text", choices=("cnn", "context")),
    "lr": Need("real", 0.0, 1.0, open_ends=True),
    "batch_size": Need("whole", 1, _MAX_SIZE),
    "weight_decay": Need("real", 0.0),
    "label_smoothing": Need("real", 0.0, 0.999),
    "embed_dim": Need("whole", 1, _MAX_SIZE),
    "use_scheduler": Need("truth"),
    "use_cosine": Need("truth"),
    "temperature": Need("real", 0.0, open_ends=True, when={"use_cosine": True}),
    "demo_agg": Need("text", choices=("flatten", "mean"), when=_CNN),
    "width_mult": Need("real", 0.0, 32.0, open_ends=True, when=_CNN),
    "depth": Need("whole", 1, _CNN_BLOCKS, when=_CNN),
    "mlp_hidden": Need("whole", 1, _MAX_SIZE, when=_CNN),
    "use_coords": Need("truth", when=_CNN),
    "ctx_d_model": Need("whole", 1, _MAX_SIZE, when=_CONTEXT),
    "ctx_n_head": Need("whole", 1, _MAX_SIZE, when=_CONTEXT),
    "ctx_pixel_layers": Need("whole", 1, _MAX_LAYERS, when=_CONTEXT),
    "ctx_grid_layers": Need("whole", 1, _MAX_LAYERS, when=_CONTEXT),
    "ctx_dropout": Need("real", 0.0, 0.999, when=_CONTEXT),
    "mark_changes": Need("truth", optional=True),
    "show_sizes": Need("truth", optional=True),
    "max_pool": Need("truth", optional=True),
    "show_statistics": Need("truth", optional=True),
    "average_weights": Need("truth", optional=True),
}


def classifier_problems(config: Config) -> Iterator[Problem]:
    """What the classifier cannot train with, and what would change nothing."""
    yield from _training(config)
    space = config.study.space
    found = [*_missing(space), *_unused(space), *_values(space)]
    if not found:
        found = [*_conditions(space), *head_problems(space)]
    for problem in found:
        yield problem.below("study", "space")


def _training(config: Config) -> Iterator[Problem]:
    training, tasks, pruner = config.training, config.tasks, config.study.pruner
    scheduler = config.study.space.get("use_scheduler")
    may_schedule = isinstance(scheduler, CategoricalConfig) and contains(scheduler.choices, True)
    patience = training.early_stop_patience
    if may_schedule and patience and training.scheduler_patience >= patience:
        yield Problem(
            ("training", "scheduler_patience"),
            f"must be below early_stop_patience {patience}, got {training.scheduler_patience}; "
            "the scheduler would never act, lower it",
        )
    if tasks.source == "rearc" and training.n_demos >= tasks.examples_per_task:
        yield Problem(
            ("training", "n_demos"),
            f"must be below tasks.examples_per_task {tasks.examples_per_task}, "
            f"got {training.n_demos}; lower it",
        )
    if pruner.name == "hyperband" and pruner.max_resource > training.epochs:
        yield Problem(
            ("study", "pruner", "max_resource"),
            f"must not be above training.epochs {training.epochs}, got {pruner.max_resource}; "
            "no trial would reach it, lower it",
        )


def _reachable(switch: str, value: Choice, space: SpaceConfig) -> bool:
    """Whether some trial can have ``value`` for ``switch``."""
    values = values_of(space[switch]) if switch in space else None
    return values is not None and contains(values, value)


def _missing(space: SpaceConfig) -> Iterator[Problem]:
    for name, need in NEEDS.items():
        if name in space or need.optional:
            continue
        if not need.when:
            yield Problem(
                (name,), "is missing, the classifier needs it; add it, one choice alone fixes it"
            )
        for switch, value in need.when.items():
            if _reachable(switch, value, space):
                yield Problem(
                    (name,),
                    f"is missing, {switch} {shown(value)} needs it; add it, or take "
                    f"{shown(value)} from the choices of {switch}",
                )


def _unused(space: SpaceConfig) -> Iterator[Problem]:
    for name in space:
        need = NEEDS.get(name)
        if need is None:
            yield Problem(
                (name,),
                f"changes nothing, the classifier has no such parameter{nearest(name, NEEDS)}; "
                f"remove it (in an overlay, {name}: null)",
            )
            continue
        for switch, value in need.when.items():
            if switch in space and not _reachable(switch, value, space):
                yield Problem(
                    (name,),
                    f"changes nothing, {switch} is never {shown(value)}; "
                    f"remove it (in an overlay, {name}: null)",
                )


def _values(space: SpaceConfig) -> Iterator[Problem]:
    for name, need in NEEDS.items():
        if name in space:
            yield from _kind(name, space[name], need)


def _kind(name: str, parameter: ParameterConfig, need: Need) -> Iterator[Problem]:
    """Values of the wrong kind or out of the bounds that the classifier can work with."""
    if isinstance(parameter, CategoricalConfig):
        for index, choice in enumerate(parameter.choices):
            rule = broken_rule(choice, need)
            if rule:
                yield Problem(
                    (name, "choices", index), f"must be {rule}, got {shown(choice)}; remove it"
                )
        return
    if need.kind in ("truth", "text") or (need.kind == "whole" and parameter.type == "float"):
        fitting = "int or categorical" if need.kind == "whole" else "categorical"
        yield Problem((name, "type"), f"must be {fitting}, got {parameter.type}; change it")
        return
    ends: tuple[tuple[str, float], ...] = (("low", parameter.low), ("high", parameter.high))
    for end, value in ends:
        rule = broken_rule(value if need.kind == "real" else int(value), need)
        if rule:
            yield Problem((name, end), f"must be {rule}, got {shown(value)}; change it")


def broken_rule(value: Choice, need: Need) -> str:
    """The rule that ``value`` breaks, or nothing."""
    match need.kind:
        case "truth":
            return "" if isinstance(value, bool) else "true or false"
        case "text":
            return "" if value in need.choices else f"one of {', '.join(need.choices)}"
        case "whole":
            fits = isinstance(value, int) and _within(value, need)
            return "" if fits else f"a whole number from {need.least:g} to {need.most:g}"
        case "real":
            return "" if _within(value, need) else f"a number {_bounds(need)}"


def _within(value: Choice, need: Need) -> bool:
    if isinstance(value, bool | str):
        return False
    if need.open_ends and value == need.least:
        return False
    return need.least <= value <= need.most


def _bounds(need: Need) -> str:
    least = f"{'above' if need.open_ends else 'of at least'} {need.least:g}"
    return least if need.most == float("inf") else f"{least} and at most {need.most:g}"


def _conditions(space: SpaceConfig) -> Iterator[Problem]:
    """A used parameter must always be there, and an unused one never."""
    for name, ancestors in constraints(space).items():
        if NEEDS[name].optional:
            continue
        needed: dict[str, Values] = {switch: (value,) for switch, value in NEEDS[name].when.items()}
        if _decisive(ancestors, space) != _decisive(needed, space):
            written = ", ".join(f"{s}: {shown(v).strip(chr(39))}" for s, (v,) in needed.items())
            got = ", ".join(f"{s}: {shown(v)}" for s, v in space[name].when.items())
            remedy = f"write when: {{{written}}}" if needed else "remove it"
            yield Problem(
                (name, "when"),
                f"must be {{{written}}}, got {{{got}}}; elsewhere the parameter would change "
                f"nothing or be missed, {remedy}",
            )


def _decisive(ancestors: Mapping[str, Values], space: SpaceConfig) -> dict[str, set[Choice]]:
    """The conditions that some trial does not meet."""
    decisive = {}
    for ancestor, allowed in ancestors.items():
        values = values_of(space[ancestor])
        if values is not None and any(not contains(allowed, value) for value in values):
            decisive[ancestor] = set(allowed)
    return decisive


def head_problems(space: SpaceConfig) -> Iterator[Problem]:
    """Attention splits ctx_d_model evenly among its heads."""
    if "ctx_d_model" not in space or "ctx_n_head" not in space:
        return
    widths, heads = values_of(space["ctx_d_model"]), values_of(space["ctx_n_head"])
    for n_head in heads or ():
        for width in widths or ():
            if int(width) % int(n_head):
                yield Problem(
                    ("ctx_n_head",),
                    f"must divide every ctx_d_model, got {n_head} heads for width {width}; "
                    "remove one of the two",
                )
                return
