"""A config as YAML again."""

from typing import Any

import yaml

from arcsweep.config.root import Config


def config_mapping(config: Config) -> dict[str, Any]:
    """Every setting as plain JSON types; ``validate`` makes the same config of it again."""
    mapping = config.model_dump(mode="json")
    for parameter in mapping["study"]["space"].values():
        for key in [key for key, value in parameter.items() if value is None or value == {}]:
            del parameter[key]
    return mapping


def config_text(config: Config) -> str:
    """Every setting as YAML, in the order of the sections; a config file by itself."""
    mapping = config_mapping(config)
    space = mapping["study"]["space"]
    mapping["study"]["space"] = {name: _Line(parameter) for name, parameter in space.items()}
    return yaml.dump(
        mapping, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf")
    )


class _Line(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Sections as blocks, lists and parameters on one line each, as config.yaml has them."""


def _line(dumper: yaml.SafeDumper, value: _Line) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


_Dumper.add_representer(_Line, _line)
_Dumper.add_representer(list, _list)
