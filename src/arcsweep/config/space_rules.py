"""Rules of the search space as a whole: names, and conditions that can come true."""

import re
from collections.abc import Iterator

from arcsweep.config.base import Problem
from arcsweep.config.conditions import (
    SpaceConfig,
    allowed_by,
    constraints,
    contains,
    dependency_order,
    values_of,
)
from arcsweep.config.space import Choice
from arcsweep.config.text import nearest, shown

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def space_problems(space: SpaceConfig) -> Iterator[Problem]:
    """Problems of the parameters' names and conditions, keyed by parameter name."""
    # Each check relies on those before it.
    for check in (_names, _parents, _cycles, _unreachable):
        found = list(check(space))
        yield from found
        if found:
            return


def _names(space: SpaceConfig) -> Iterator[Problem]:
    for name in space:
        if not _NAME.fullmatch(name):
            yield Problem(
                (name,), "must be named with up to 64 letters, digits and _; rename the parameter"
            )


def _parents(space: SpaceConfig) -> Iterator[Problem]:
    for name, parameter in space.items():
        for parent, allowed in allowed_by(parameter).items():
            key = (name, "when", parent)
            if parent == name:
                yield Problem(key, "must name another parameter, not its own; remove it")
            elif parent not in space:
                yield Problem(
                    key,
                    f"must name a parameter of the space, got {shown(parent)}"
                    f"{nearest(parent, space)}; valid: {', '.join(space)}",
                )
            elif not allowed:
                yield Problem(key, "must allow at least one value, got []; remove the condition")
            else:
                for value in allowed:
                    text = _never(parent, space, value)
                    if text:
                        yield Problem(key, text)


def _never(parent: str, space: SpaceConfig, value: Choice) -> str:
    """Why ``parent`` never has ``value``, or nothing."""
    values = values_of(space[parent])
    if values is None:
        return f"must be a categorical or int parameter, {parent} is float; remove the condition"
    if contains(values, value):
        return ""
    if isinstance(values, range):
        step = f" in steps of {values.step}" if values.step > 1 else ""
        listed = f"a whole number from {values[0]} to {values[-1]}{step}"
    else:
        listed = ", ".join(shown(choice) for choice in values)
    return (
        f"can never hold: {parent} is never {shown(value)}; valid: {listed}; "
        "correct it or remove the parameter (null in an overlay)"
    )


def _cycles(space: SpaceConfig) -> Iterator[Problem]:
    try:
        dependency_order(space)
    except ValueError as cycle:
        first = str(cycle).split(" → ", 1)[0]
        yield Problem(
            (first, "when"), f"must not depend on itself, got {cycle}; remove one condition"
        )


def _unreachable(space: SpaceConfig) -> Iterator[Problem]:
    for name, ancestors in constraints(space).items():
        for ancestor, values in ancestors.items():
            if not values:
                yield Problem(
                    (name, "when"),
                    f"can never hold: its conditions ask for values of {ancestor} that exclude one "
                    "another; change one condition",
                )
