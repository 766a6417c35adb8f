"""Rules that join several sections."""

import re
from collections.abc import Iterator

from arcsweep.config.base import Problem
from arcsweep.config.classifier_rules import classifier_problems, trains_classifier
from arcsweep.config.hypothesis_rules import hypothesis_problems
from arcsweep.config.path_rules import path_problems
from arcsweep.config.root import Config
from arcsweep.config.space import CategoricalConfig
from arcsweep.config.text import nearest, shown

_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")


def joint_problems(config: Config) -> Iterator[Problem]:
    """What the sections, each right in itself, get wrong together."""
    yield from _selection(config)
    yield from _confirmation(config)
    yield from path_problems(config)
    if trains_classifier(config):
        yield from classifier_problems(config)
        yield from hypothesis_problems(config)


def _selection(config: Config) -> Iterator[Problem]:
    """Every finished trial must fall into one group, and the groups name files."""
    key = ("selection", "by")
    name, space = config.selection.by, config.study.space
    by = space.get(name)
    fit = [n for n, p in space.items() if isinstance(p, CategoricalConfig) and not p.when]
    valid = f"valid: {', '.join(fit) or 'none, add one to study.space'}"
    if by is None:
        text = f"must name a parameter of study.space, got {shown(name)}{nearest(name, fit)}"
        yield Problem(key, f"{text}; {valid}")
    elif not isinstance(by, CategoricalConfig):
        yield Problem(key, f"must name a categorical parameter, {name} is {by.type}; {valid}")
    elif by.when:
        yield Problem(
            key, f"must name a parameter that every trial has, {name} is conditional; {valid}"
        )
    else:
        for choice in by.choices:
            if not _GROUP.fullmatch(shown(choice).strip("'")):
                yield Problem(
                    ("study", "space", name, "choices"),
                    "must be up to 50 letters, digits and ._- each, because selection.by makes "
                    f"file names of them; got {shown(choice)}",
                )


def _confirmation(config: Config) -> Iterator[Problem]:
    """Only what is selected can be confirmed."""
    top_k = config.confirmation.top_k
    if top_k is not None and top_k > config.selection.top_k:
        yield Problem(
            ("confirmation", "top_k"),
            f"must not be above selection.top_k {config.selection.top_k}, got {top_k}; lower it, "
            "or write null to confirm all that is selected",
        )
