"""Overlays merge as Snakemake merges them."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snakemake.utils import update_config

from arcsweep.config.files import Origins, overlay, read_files
from arcsweep.errors import ConfigError

NAMES = st.sampled_from(["a", "b", "c"])
MAPPINGS = st.recursive(
    st.dictionaries(NAMES, st.none() | st.integers() | st.lists(st.integers(), max_size=2)),
    lambda inner: st.dictionaries(NAMES, st.none() | st.integers() | inner),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_overlay_equals_snakemakes_merge(base: dict[str, Any], above: dict[str, Any]) -> None:
    theirs = copy.deepcopy(base)
    update_config(theirs, copy.deepcopy(above))
    overlay(base, above, Origins(["x"]), "x")
    assert base == theirs


def test_origin_is_the_last_file_that_set_the_key(tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.json"
    first.write_text("a: {b: 1, c: [1, 2]}\n")
    second.write_text('{"a": {"c": [3]}}')
    merged, origins = read_files([first, second])
    assert merged == {"a": {"b": 1, "c": [3]}}
    assert origins.of(("a", "b")) == str(first)
    assert origins.of(("a", "c", 0)) == str(second)
    assert origins.of(("a", "missing")) == f"{first}, {second}"


def test_json_numbers_need_no_point(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"a": 5e-5}')
    assert read_files([file])[0] == {"a": 5e-5}


def test_yaml_merge_keys_are_no_double_keys(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\n")
    assert read_files([file])[0]["b"] == {"x": 3, "y": 2}


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="--config must name at least one file"):
        read_files([])
