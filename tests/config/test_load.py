"""Files in, one validated config or lines that a user can act on out."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arcsweep.config import Config
from arcsweep.config.load import load_config, validate
from arcsweep.errors import ConfigError

ROOT = Path(__file__).parents[2]
SEED = yaml.safe_load((ROOT / "config.yaml").read_text())

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["categorical", "int", "float", "cnn", "lr", "5e-5", "../x", "a:b"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


def _keys(section: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(section, dict):
        return []
    return [
        key for name, value in section.items() for key in [(*at, name), *_keys(value, (*at, name))]
    ]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """config.yaml's content with a few keys replaced, removed, added or copied elsewhere."""
    mapping = copy.deepcopy(SEED)
    for _ in range(draw(st.integers(1, 4))):
        keys = _keys(mapping)
        if not keys:
            break
        *path, name = draw(st.sampled_from(keys))
        section = mapping
        for part in path:
            section = section[part]
        action = draw(st.sampled_from(["replace", "remove", "add", "copy"]))
        if action == "remove":
            del section[name]
        elif action == "copy":
            source: Any = mapping
            for part in draw(st.sampled_from(keys)):
                source = source[part]
            section[name] = copy.deepcopy(source)
        else:
            section[name if action == "replace" else draw(st.text(max_size=8))] = draw(VALUES)
    return mapping


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_any_mutation_gives_a_config_or_lines_with_their_source(mapping: dict[str, Any]) -> None:
    try:
        assert isinstance(validate(mapping, "x.yaml"), Config)
    except ConfigError as error:
        lines = str(error).splitlines()
        assert lines
        assert all(line.endswith(" (x.yaml)") for line in lines)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_damaged_file_gives_a_config_or_a_config_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = (ROOT / "config.yaml").read_text()
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(at + 20, len(text))))
    file = tmp_path_factory.getbasetemp() / "damaged.yaml"
    file.write_text(text[:at] + data.draw(st.text(max_size=10)) + text[end:], "utf-8", "replace")
    try:
        assert isinstance(load_config([file]), Config)
    except ConfigError as error:
        assert str(error)


@pytest.mark.parametrize(
    "text",
    ["!!int ''", "a: !!float x", "a: !!timestamp x", "[" * 5000, "a: =", "a: " + "1" * 5000],
)
def test_values_that_break_the_yaml_library_are_config_errors(text: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError):
        load_config([file])


def test_the_shipped_config_is_the_specified_study() -> None:
    config = load_config([ROOT / "config.yaml"])
    assert config.study.n_trials == 150
    assert config.study.space["lr"].model_dump(exclude_defaults=True) == {
        "type": "float",
        "low": 5e-5,
        "high": 1e-2,
        "log": True,
    }
    pruner = config.study.pruner
    assert (pruner.min_resource, pruner.max_resource, pruner.reduction_factor) == (3, 20, 3)


@pytest.mark.parametrize("file", sorted((ROOT / "overlays").glob("*.yaml")), ids=lambda f: f.name)
def test_shipped_overlays_are_valid(file: Path) -> None:
    assert isinstance(load_config([ROOT / "config.yaml", file]), Config)


def test_snakemakes_merged_config_means_the_same_as_the_files(tmp_path: Path) -> None:
    from snakemake.common.configfile import load_configfile
    from snakemake.utils import update_config

    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "study:\n  n_trials: 12\n  space:\n    ctx_n_head: {choices: [4, 8]}\n"
        "    depth: {type: categorical, choices: [2, 3], low: null, high: null}\n"
        "workers: {count: 3}\n"
    )
    merged = load_configfile(str(ROOT / "config.yaml"))
    update_config(merged, load_configfile(str(overlay)))
    config = load_config([ROOT / "config.yaml", overlay])
    assert validate(merged, "config") == config
    assert config.study.space["depth"].type == "categorical"


def test_null_removes_a_parameter_of_the_space(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.json"
    context = [name for name in SEED["study"]["space"] if name.startswith("ctx_")]
    space: dict[str, Any] = dict.fromkeys(context) | {"encoder_type": {"choices": ["cnn"]}}
    overlay.write_text(json.dumps({"study": {"space": space}}))
    config = load_config([ROOT / "config.yaml", overlay])
    assert set(config.study.space) == set(SEED["study"]["space"]) - set(context)


def test_null_removes_a_condition(mapping: dict[str, Any]) -> None:
    mapping["study"]["space"]["depth"]["when"]["use_cosine"] = None
    assert validate(mapping, "config.yaml").study.space["depth"].when == {"encoder_type": "cnn"}


def test_a_changed_type_names_the_keys_to_take_away(mapping: dict[str, Any]) -> None:
    mapping["study"]["space"]["depth"] |= {"type": "categorical", "choices": [2]}
    with pytest.raises(ConfigError, match=r"depth\.low .* add low: null to it; valid here: type"):
        validate(mapping, "config.yaml")


def test_files_behind_a_merged_mapping_are_checked_for_double_keys(
    mapping: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text("study: {n_trials: 1, n_trials: 150}\n")
    with pytest.raises(ConfigError, match="n_trials stands twice"):
        validate(mapping, "config.yaml", [file])


def test_a_config_cannot_be_changed(mapping: dict[str, Any]) -> None:
    config = validate(mapping, "config.yaml")
    with pytest.raises(ValueError, match="frozen"):
        config.study.n_trials = 3  # type: ignore[misc]
