"""The JSON schema of a config, generated from the sections themselves."""

import json
from typing import Any

from arcsweep.config.root import Config
from arcsweep.config.space import PARAMETER_TYPES

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NULL = {"type": "null"}


def config_schema() -> dict[str, Any]:
    """JSON schema (draft 2020-12) of a merged config; descriptions are the docstrings.

    It knows what each key may hold. Rules that join several keys are checked by
    :mod:`arcsweep.config.load` alone.
    """
    generated = Config.model_json_schema()
    for definition in generated["$defs"].values():
        _tidy(definition)
    _tidy(generated)
    _allow_nulls(generated["$defs"])
    return {"$schema": _DRAFT, "title": "arcsweep config", **generated}


def schema_text() -> str:
    """The schema as the file ``workflow/schemas/config.schema.json`` holds it."""
    return json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(definition: dict[str, Any]) -> None:
    """Drop generated titles, and defaults of whole sections, which their keys repeat."""
    definition.pop("title", None)
    for prop in definition.get("properties", {}).values():
        prop.pop("title", None)
        if "$ref" in prop:
            prop.pop("default", None)


def _allow_nulls(definitions: dict[str, Any]) -> None:
    """In the space a null takes a parameter, a key or a condition away; see ``load_config``."""
    parameters = definitions["StudyConfig"]["properties"]["space"]
    parameters["additionalProperties"]["oneOf"].append(_NULL)
    for kind in PARAMETER_TYPES.values():
        definition = definitions[kind.__name__]
        definition["additionalProperties"] = _NULL
        for name, prop in definition["properties"].items():
            if name == "when":
                prop["additionalProperties"]["anyOf"].append(_NULL)
            if name not in definition["required"] and "anyOf" not in prop:
                definition["properties"][name] = _or_null(prop)


def _or_null(prop: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: prop[key] for key in ("default", "description") if key in prop}
    rule = {key: value for key, value in prop.items() if key not in kept}
    return {"anyOf": [rule, _NULL], **kept}
