"""The page about the settings is the one that the config objects describe."""

import re
from pathlib import Path
from typing import Any

import yaml

from arcsweep.config import Config
from arcsweep.config.document import document
from arcsweep.config.files import Origins, overlay
from arcsweep.config.load import validate

ROOT = Path(__file__).parents[2]


def test_page_is_current() -> None:
    file = ROOT / "docs" / "configuration.md"
    assert file.read_text() == document(), f"run: arcsweep config --doc > {file}"


def test_a_row_of_a_table_is_one_whole_line() -> None:
    assert [
        line for line in document().splitlines() if line.startswith("|") and line[-1] != "|"
    ] == []


def test_page_describes_every_section() -> None:
    headings = re.findall(r"^## (\S+)$", document(), re.MULTILINE)
    assert set(Config.model_fields) <= set(headings)


def test_example_of_an_overlay_says_what_it_claims(mapping: dict[str, Any]) -> None:
    example = re.search(r"```yaml\n(.*?)```", document(), re.DOTALL)
    assert example
    above = yaml.safe_load(example[1])
    space = above["study"]["space"]
    overlay(mapping, above, Origins(["page"]), "page")
    # The classifier would ask for more: the page shows one parameter of each kind only.
    mapping["study"]["objective"] = "my_package.model:build"
    mapping["study"]["space"] = {name: mapping["study"]["space"][name] for name in space} | {
        "use_cosine": {"type": "categorical", "choices": [True, False]}
    }
    config = validate(mapping, "page")
    assert "ctx_d_model" not in config.study.space
    assert config.study.space["depth"].type == "categorical"
    assert config.study.space["temperature"].when == {}
