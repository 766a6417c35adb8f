"""A trial's parameters, read back from the trials table with the types of the search space."""

import math
from collections.abc import Mapping
from typing import Any

from arcsweep.config.space import CategoricalConfig, Choice, FloatConfig, ParameterConfig
from arcsweep.errors import InputError
from arcsweep.protocol import ParamValue
from arcsweep.selection.groups import group_name

COLUMN_PREFIX = "param_"
"""Prefix of a parameter's column in the trials table."""

_REMEDY = "run `arcsweep trials` again with the study's own config"


def sampled_params(
    row: Mapping[Any, Any], space: Mapping[str, ParameterConfig]
) -> dict[str, ParamValue]:
    """The active parameters of one row of the trials table, in the order of the space.

    A table column has one type for all its rows (whole numbers with gaps become floats), so each
    value is matched against its distribution: ints come back as int, choices as the config
    writes them. An empty cell is an inactive parameter. Raises InputError for a value that the
    space does not know.
    """
    params: dict[str, ParamValue] = {}
    for name, parameter in space.items():
        value = row.get(COLUMN_PREFIX + name)
        if not is_empty(value):
            params[name] = restore(name, value, parameter)
    return params


def restore(name: str, value: Any, parameter: ParameterConfig) -> ParamValue:
    """``value`` as the parameter's own Python type; raises InputError when it has none."""
    if isinstance(parameter, CategoricalConfig):
        return _choice(name, value, parameter.choices)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(parameter, FloatConfig):
        if math.isfinite(number):
            return number
    elif number.is_integer():
        return int(number)
    kind = "a finite number" if isinstance(parameter, FloatConfig) else "a whole number"
    raise InputError(
        f"{COLUMN_PREFIX}{name} in the trials table must be {kind}, got {value!r}; {_REMEDY}"
    )


def is_empty(value: Any) -> bool:
    """Whether a table cell holds nothing (None, NaN, pandas' NA and NaT, an empty string)."""
    return value is None or str(value) in {"nan", "<NA>", "NaT", ""}


def _choice(name: str, value: Any, choices: tuple[Choice, ...]) -> ParamValue:
    for choice in choices:
        if _same(choice, value):
            return choice
    raise InputError(
        f"{COLUMN_PREFIX}{name} in the trials table must be one of"
        f" {', '.join(map(group_name, choices))}, got {value!r}; {_REMEDY}"
    )


def _same(choice: Choice, value: Any) -> bool:
    """Equality that survives CSV: true is "True" or 1.0 there, 64 is "64" or 64.0."""
    if isinstance(choice, str):
        return str(value) == choice
    text = str(value).strip().lower()
    if isinstance(choice, bool):
        return text in ({"true", "1", "1.0"} if choice else {"false", "0", "0.0"})
    try:
        return float(text) == float(choice)
    except ValueError:
        return False
