"""When a parameter is sampled: conditions followed through to every ancestor.

A condition is a conjunction of "that parameter has one of these values", so what decides whether
a parameter is active is one set of values for each of its ancestors.
"""

from collections.abc import Mapping, Sequence

from arcsweep.config.space import (
    CategoricalConfig,
    Choice,
    FloatConfig,
    IntConfig,
    ParameterConfig,
)

SpaceConfig = Mapping[str, ParameterConfig]
Values = tuple[Choice, ...]


def same(left: Choice, right: Choice) -> bool:
    """Equal, and not a truth value on one side only (Python holds 1 and True for equal)."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def contains(values: Sequence[Choice], value: Choice) -> bool:
    """Whether ``value`` is among ``values``; immediate for a range."""
    if isinstance(values, range):
        return not isinstance(value, bool | str) and value in values
    return any(same(value, other) for other in values)


def values_of(parameter: ParameterConfig) -> Sequence[Choice] | None:
    """The discrete values of a parameter, or None when it is continuous."""
    match parameter:
        case CategoricalConfig():
            return parameter.choices
        case IntConfig():
            return range(parameter.low, parameter.high + 1, parameter.step)
        case FloatConfig():
            return None


def allowed_by(parameter: ParameterConfig) -> dict[str, Values]:
    """Parent → the values that it may have for ``parameter`` to be active."""
    return {
        parent: value if isinstance(value, tuple) else (value,)
        for parent, value in parameter.when.items()
    }


def dependency_order(space: SpaceConfig) -> list[str]:
    """Names with every parent before its children, otherwise as written.

    Parents that do not exist are passed over. Raises ValueError with the names of a cycle,
    joined by arrows.
    """
    order: dict[str, None] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            raise ValueError(" → ".join((*trail[trail.index(name) :], name)))
        if name in order or name not in space:
            return
        for parent in space[name].when:
            visit(parent, (*trail, name))
        order[name] = None

    for name in space:
        visit(name, ())
    return list(order)


def constraints(space: SpaceConfig) -> dict[str, dict[str, Values]]:
    """Parameter → ancestor → values that the ancestor must have for the parameter to be active.

    Empty values mean that the parameter can never be active. The space must have no cycle.
    """
    followed: dict[str, dict[str, Values]] = {}
    for name in dependency_order(space):
        own = allowed_by(space[name])
        total: dict[str, Values] = dict(own)
        for parent in own:
            for ancestor, values in followed.get(parent, {}).items():
                others = total.get(ancestor, values)
                total[ancestor] = tuple(v for v in others if contains(values, v))
        followed[name] = total
    return followed


def is_number(parameter: ParameterConfig) -> bool:
    """Whether the values have an order: a range, or choices that are all numbers."""
    if not isinstance(parameter, CategoricalConfig):
        return True
    choices = parameter.choices
    return all(isinstance(c, int | float) and not isinstance(c, bool) for c in choices)
