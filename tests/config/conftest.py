"""The repository's own config, as the starting point of every broken one."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from arcsweep.config.load import validate
from arcsweep.errors import ConfigError

ROOT = Path(__file__).parents[2]
_SEED = yaml.safe_load((ROOT / "config.yaml").read_text())

Mapping = dict[str, Any]


@pytest.fixture
def mapping() -> Mapping:
    """A private copy of config.yaml's content."""
    return copy.deepcopy(_SEED)


@pytest.fixture
def errors(mapping: Mapping) -> Callable[..., list[str]]:
    """The error lines of config.yaml with some dotted keys set to other values."""

    def errors_with(changes: Mapping) -> list[str]:
        for key, value in changes.items():
            *path, last = key.split(".")
            section = mapping
            for part in path:
                section = section[part]
            section[last] = value
        try:
            validate(mapping, "config.yaml")
        except ConfigError as error:
            return str(error).splitlines()
        return []

    return errors_with
