"""The schema on disk is the one that the config objects describe."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from arcsweep.config.schema import config_schema, schema_text

ROOT = Path(__file__).parents[2]


def test_schema_file_is_current() -> None:
    file = ROOT / "workflow" / "schemas" / "config.schema.json"
    assert file.read_text() == schema_text(), f"run: arcsweep config --schema > {file}"


def test_config_yaml_names_the_schema_for_editors() -> None:
    first = (ROOT / "config.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=workflow/schemas/config.schema.json"


def test_shipped_config_meets_the_schema(mapping: dict[str, Any]) -> None:
    jsonschema.validate(mapping, config_schema())


def test_schema_lets_a_null_take_a_parameter_away(mapping: dict[str, Any]) -> None:
    space = mapping["study"]["space"]
    space["ctx_dropout"] = None
    space["depth"] = {"type": "categorical", "choices": [2], "low": None, "when": None}
    jsonschema.validate(mapping, config_schema())


@pytest.mark.parametrize("section", ["study", "training", "workers"])
def test_schema_refuses_unknown_keys(section: str, mapping: dict[str, Any]) -> None:
    mapping[section]["colour"] = 1
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        jsonschema.validate(mapping, config_schema())


def test_every_key_has_a_description() -> None:
    schema = json.loads(schema_text())
    without = [
        f"{name}.{key}"
        for name, definition in schema["$defs"].items()
        for key, prop in definition["properties"].items()
        if "description" not in prop and "$ref" not in prop
    ]
    assert without == []


def _properties(schema: dict[str, Any]) -> Iterator[str]:
    for definition in schema["$defs"].values():
        yield from definition["properties"]


def test_no_key_could_hold_credentials() -> None:
    secret = ("password", "url", "token", "dsn", "secret", "host")
    assert not [key for key in _properties(config_schema()) if any(s in key for s in secret)]
