"""Configurations to try: random ones that keep conditions, and values across each range."""

from collections.abc import Mapping, Sequence

import numpy as np

from arcsweep.config.conditions import constraints, contains, values_of
from arcsweep.config.space import CategoricalConfig, ParameterConfig
from arcsweep.protocol import ParamValue
from arcsweep.study.space import Space

MAX_VALUES = 8
"""A discrete parameter with up to this many values is tried with all of them."""

POINTS_IN_RANGE = 4
"""Values tried of any other one, evenly over the scale that it is sampled on."""

Assignment = dict[str, ParamValue]


def draw(space: Space, generator: np.random.Generator) -> Assignment:
    """A value for every parameter, active or not."""
    return {name: _draw(space.parameters[name], generator) for name in space.order}


def draw_with(
    space: Space,
    names: Sequence[str],
    generator: np.random.Generator,
    fixed: Mapping[str, ParamValue] | None = None,
) -> Assignment | None:
    """A draw in which all ``names`` are active; None when no draw can have that.

    fixed: values that the draw must have, such as a group's choice.
    """
    values = {**draw(space, generator), **(fixed or {})}
    needed = constraints(space.parameters)
    for name in names:
        for ancestor, allowed in needed[name].items():
            if not contains(allowed, values[ancestor]):
                if not allowed:
                    return None
                values[ancestor] = allowed[int(generator.integers(len(allowed)))]
    active = space.active(values)
    kept = all(values[name] == value for name, value in (fixed or {}).items())
    return values if kept and all(name in active for name in names) else None


def effective(space: Space, values: Mapping[str, ParamValue]) -> Assignment:
    """What a trial with ``values`` trains with: its active parameters alone."""
    return space.effective({name: values[name] for name in space.active(values)})


def points_of(parameter: ParameterConfig) -> tuple[ParamValue, ...]:
    """Values to try of ``parameter``, in order; values that are declared to mean the same, once."""
    values = values_of(parameter)
    if values is not None and len(values) <= MAX_VALUES:
        return tuple(values)
    if isinstance(parameter, CategoricalConfig):
        at = np.linspace(0, len(parameter.choices) - 1, MAX_VALUES).round().astype(int)
        return tuple(parameter.choices[index] for index in at)
    points = [_at(parameter, share) for share in np.linspace(0, 1, POINTS_IN_RANGE)]
    below = getattr(parameter, "zero_below", None)
    zeros = [point for point in points if below is not None and float(point) < below]
    return tuple(dict.fromkeys(point for point in points if point not in zeros[1:]))


def _draw(parameter: ParameterConfig, generator: np.random.Generator) -> ParamValue:
    if isinstance(parameter, CategoricalConfig):
        return parameter.choices[int(generator.integers(len(parameter.choices)))]
    return _at(parameter, float(generator.random()))


def _at(parameter: ParameterConfig, share: float) -> ParamValue:
    """The value at ``share`` (0 to 1) of a range, on the scale that it is sampled on."""
    assert not isinstance(parameter, CategoricalConfig)
    low, high = float(parameter.low), float(parameter.high)
    if parameter.log:
        value = float(np.exp(np.log(low) + share * (np.log(high) - np.log(low))))
    else:
        value = low + share * (high - low)
    if parameter.type == "float":
        return min(max(value, low), high)
    steps = round((value - low) / parameter.step)
    return int(low) + steps * parameter.step
