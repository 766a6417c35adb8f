"""What a hypothesis may change, and of what."""

from collections.abc import Iterator

from pydantic import ValidationError

from arcsweep.config.base import Problem
from arcsweep.config.classifier_rules import NEEDS, broken_rule, head_problems
from arcsweep.config.hypotheses import HypothesisConfig
from arcsweep.config.root import Config
from arcsweep.config.space import CategoricalConfig, Choice, ParameterConfig
from arcsweep.config.text import nearest, shown
from arcsweep.config.training import TrainingConfig

FIXED_TRAINING = {
    "seed": "runs are paired, each fold has its own seed",
    "early_stop_patience": "a run on a fold must not ask the judged tasks when to end",
    "num_workers": "it changes no result",
    "device": "it is no part of what a run means",
}
"""Keys of training that no hypothesis may change, and why."""


def hypothesis_problems(config: Config) -> Iterator[Problem]:
    """Hypotheses that nothing could answer; keys below ``hypotheses``."""
    for index, hypothesis in enumerate(config.hypotheses):
        earlier = [other.name for other in config.hypotheses[:index]]
        if hypothesis.name in earlier:
            yield Problem(
                ("hypotheses", index, "name"),
                f"must be unique, got {shown(hypothesis.name)} again; choose another",
            )
        for problem in (*_base(hypothesis, config), *_changes(hypothesis, config)):
            yield problem.below("hypotheses", index)


def groups_asked(hypothesis: HypothesisConfig, config: Config) -> tuple[str, ...]:
    """The groups that the hypothesis is asked of, in the order of the space."""
    by = config.study.space.get(config.selection.by)
    choices = by.choices if isinstance(by, CategoricalConfig) else ()
    names = [shown(choice).strip("'") for choice in choices]
    return tuple(n for n in names if hypothesis.groups is None or n in hypothesis.groups)


def _base(hypothesis: HypothesisConfig, config: Config) -> Iterator[Problem]:
    top_k = config.confirmation.top_k or config.selection.top_k
    if config.confirmation.folds and hypothesis.base > top_k:
        yield Problem(
            ("base",),
            f"must be a rank that the confirmation runs, at most {top_k}, got {hypothesis.base}; "
            "lower it, or raise confirmation.top_k",
        )
    known = groups_asked(hypothesis.model_copy(update={"groups": None}), config)
    for group in hypothesis.groups or ():
        if group not in known:
            yield Problem(
                ("groups",),
                f"must be choices of {config.selection.by} ({', '.join(known)}), got "
                f"{shown(group)}{nearest(group, known)}; correct it",
            )


def _changes(hypothesis: HypothesisConfig, config: Config) -> Iterator[Problem]:
    keys = set(TrainingConfig.model_fields)
    for name, value in hypothesis.change.items():
        if name in FIXED_TRAINING:
            text = f"must not be changed by a hypothesis: {FIXED_TRAINING[name]}; remove it"
            yield Problem(("change", name), text)
        elif name in keys:
            yield from _training(name, value, config)
        elif name in NEEDS:
            yield from _parameter(name, value, hypothesis, config)
        else:
            valid = sorted(keys - set(FIXED_TRAINING) | set(NEEDS))
            yield Problem(
                ("change", name),
                "must be a parameter of the model or a key of training"
                f"{nearest(name, valid)}; valid here: {', '.join(valid)}",
            )
    change = hypothesis.change
    if change.get("use_cosine") is True and "temperature" not in change:
        yield Problem(
            ("change", "use_cosine"),
            "must come with a temperature, which a base without it lacks; add one",
        )
    space = {**config.study.space, **_fixed(hypothesis)}
    if {"ctx_d_model", "ctx_n_head"} & change.keys():
        for problem in head_problems(space):
            yield Problem(("change",), f"{problem.key[0]} {problem.text}")


def _training(name: str, value: Choice, config: Config) -> Iterator[Problem]:
    try:
        TrainingConfig.model_validate({**config.training.model_dump(), name: value})
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        yield Problem(
            ("change", name), f"must be valid for training.{name}, got {shown(value)}: {reason}"
        )


def _parameter(
    name: str, value: Choice, hypothesis: HypothesisConfig, config: Config
) -> Iterator[Problem]:
    need, by = NEEDS[name], config.selection.by
    rule = broken_rule(value, need)
    if name in (by, "encoder_type"):
        yield Problem(
            ("change", name),
            "must not be changed by a hypothesis, the base would lack the other's parameters; "
            "compare selected trials instead",
        )
    elif rule:
        yield Problem(("change", name), f"must be {rule}, got {shown(value)}; change it")
    elif by in need.when:
        only = shown(need.when[by]).strip("'")
        others = [group for group in groups_asked(hypothesis, config) if group != only]
        if others:
            yield Problem(
                ("change", name),
                f"changes nothing in {', '.join(others)}, got groups "
                f"{shown(hypothesis.groups)}; write groups: [{only}]",
            )


def _fixed(hypothesis: HypothesisConfig) -> dict[str, ParameterConfig]:
    """The changed parameters, each with its one value."""
    return {
        name: CategoricalConfig(type="categorical", choices=(value,))
        for name, value in hypothesis.change.items()
        if name in NEEDS
    }
