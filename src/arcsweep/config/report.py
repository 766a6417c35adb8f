"""Pydantic's errors as lines that name the key, the rule, the value and the remedy."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from arcsweep.config.base import BROKEN_RULES, Key, Problem
from arcsweep.config.root import Config
from arcsweep.config.space import PARAMETER_TYPES
from arcsweep.config.text import nearest, shown

_SECRET_KEY = re.compile(r"passw|secret|token|credential|dsn|url|storage|database", re.IGNORECASE)
_PARAMETER_KEYS = {key for kind in PARAMETER_TYPES.values() for key in kind.model_fields}
_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")


def problems_of(error: ValidationError) -> list[Problem]:
    """One problem for each thing that pydantic found wrong with the whole config."""
    return [
        problem
        for details in error.errors()
        # An entry that is wrong by itself also makes its list too short.
        if not (details["type"] == "too_short" and details["input"])
        for problem in _problems(details)
    ]


def _problems(details: ErrorDetails) -> Iterator[Problem]:
    key = _without_type_tag(details["loc"])
    if details["type"] == BROKEN_RULES:
        yield from (problem.below(*key) for problem in details["ctx"]["problems"])
    elif details["type"] == "extra_forbidden":
        yield Problem(key, _unknown(str(key[-1]), details["loc"][:-1]))
    elif details["type"] == "union_tag_invalid":
        tag = shown(details["input"].get("type"))
        yield Problem((*key, "type"), f"must be categorical, int or float, got {tag}")
    elif details["type"] == "union_tag_not_found":
        yield Problem((*key, "type"), "is missing; add type: categorical, int or float")
    else:
        yield Problem(key, _broken(details, key))


def _without_type_tag(key: Key) -> Key:
    """Pydantic names the member of the union of parameters after the parameter's own name."""
    if key[:2] == ("study", "space") and len(key) > 3 and key[3] in PARAMETER_TYPES:
        return (*key[:3], *key[4:])
    return key


def _valid_keys(section: Key) -> list[str]:
    if section[:2] == ("study", "space"):
        return list(PARAMETER_TYPES[str(section[3])].model_fields)
    model: Any = Config
    for part in section:
        is_index = isinstance(part, int)
        model = get_args(model)[0] if is_index else model.model_fields[part].annotation
    return list(model.model_fields)


def _unknown(name: str, section: Key) -> str:
    valid = _valid_keys(section)
    hint = nearest(name, valid)
    if section[:2] == ("study", "space") and name in _PARAMETER_KEYS:
        hint = f" of this type; if an overlay changed the type, add {name}: null to it"
    elif not hint and _SECRET_KEY.search(name):
        hint = "; credentials and database addresses never stand in a config, take it out"
    return f"is not a setting{hint}; valid here: {', '.join(valid)}"


def _broken(details: ErrorDetails, key: Key) -> str:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "missing":
        return "is missing; add it"
    rule = _RULES[kind](context) if kind in _RULES else details["msg"]
    if kind == "string_pattern_mismatch":
        rule = _PATTERNS.get(key, rule)
    return f"{rule}, got {shown(value)}{_remedy(kind, value, key)}"


_RULES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda c: f"must be at least {c['ge']}",
    "greater_than": lambda c: f"must be above {c['gt']:g}",
    "less_than_equal": lambda c: f"must be at most {c['le']}",
    "less_than": lambda c: f"must be below {c['lt']:g}",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "bool_type": lambda _: "must be true or false",
    "string_type": lambda _: "must be text",
    "tuple_type": lambda _: "must be a list",
    "dict_type": lambda _: "must be a mapping of parameters",
    "model_type": lambda _: "must be a mapping of settings",
    "model_attributes_type": lambda _: "must be a mapping with type: categorical, int or float",
    "literal_error": lambda c: f"must be {c['expected'].replace(chr(39), '')}",
    "too_short": lambda c: f"must have at least {c['min_length']} entry",
    "string_too_short": lambda _: "must not be empty",
    "string_pattern_mismatch": lambda c: f"must match {c['pattern']}",
}


_PATTERNS: dict[Key, str] = {
    ("study", "name"): "must be up to 100 letters, digits and ._- and begin with no mark",
    ("study", "objective"): "must be module:function",
}


def _remedy(kind: str, value: Any, key: Key) -> str:
    if kind in ("int_type", "float_type") and isinstance(value, str):
        if _EXPONENT.fullmatch(value):
            return f"; YAML reads {value} as text, write {_yaml_float(value)}"
        return "; take the quotes away" if _is_number(value) else ""
    if kind == "model_type" and value is None:
        if Config.model_fields[str(key[0])].is_required():
            return "; fill it in"
        return "; leave the key out to take its defaults"
    if kind == "tuple_type" and not isinstance(value, Mapping):
        return f"; write [{shown(value)}]"
    return ""


def _yaml_float(text: str) -> str:
    """``5e-5`` as YAML 1.1 reads it as a number: with a point and a signed exponent."""
    digits, _, exponent = text.lower().partition("e")
    sign = "" if exponent[0] in "+-" else "+"
    return f"{digits if '.' in digits else digits + '.0'}e{sign}{exponent}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
