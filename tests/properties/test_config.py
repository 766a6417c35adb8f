"""Whatever a config holds, it is a config or it is refused in lines that name its keys."""

import json
from pathlib import Path
from typing import Any

import optuna
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from arcsweep.config import Config
from arcsweep.config.load import load_config, validate
from arcsweep.errors import ArcsweepError, ConfigError
from arcsweep.plan import Plan
from arcsweep.study.pruner import make_pruner
from arcsweep.study.sampler import make_sampler
from arcsweep.study.space import Space

from .conftest import PROFILE
from .values import ANYTHING, as_file, damaged_text, mutated

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "config.yaml").read_text()
SEED = yaml.safe_load(TEXT)
optuna.logging.set_verbosity(optuna.logging.ERROR)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("configs")


def assert_readable(error: ArcsweepError, source: str) -> None:
    """Whole lines, each naming its source, that any terminal and log file can hold."""
    lines = str(error).split("\n")
    for line in lines:
        assert f"({source})" in line or line.startswith(f"{source}: "), line
        line.encode("utf-8")
        assert line.isprintable(), line
        assert len(line) < 3000


def assert_usable(config: Config) -> None:
    """What is taken can be handed on, and searched."""
    handed_on = json.loads(json.dumps(config.model_dump(mode="json")))
    assert validate(handed_on, "handed on") == config
    make_pruner(config.study.pruner)
    study = optuna.create_study(sampler=make_sampler(config.study.sampler))
    space = Space(config.study.space)
    params = space.suggest(study.ask())
    assert space.is_complete(params)
    assert set(space.effective(params)) <= set(config.study.space)


@PROFILE
@given(mutated(SEED))
def test_a_mutated_mapping_is_usable_or_refused_by_key(mapping: Any) -> None:
    if not isinstance(mapping, dict):
        return
    try:
        config = validate(mapping, "x.yaml")
    except ConfigError as error:
        assert_readable(error, "x.yaml")
    else:
        assert_usable(config)


@PROFILE
@given(mutated({"study": {"space": SEED["study"]["space"]}}, most=2))
def test_a_mutated_search_space_is_usable_or_refused_by_key(part: Any) -> None:
    if not isinstance(part, dict) or not isinstance(part.get("study"), dict):
        return
    mapping = {**SEED, **part, "study": {**SEED["study"], **part["study"]}}
    try:
        config = validate(mapping, "x.yaml")
    except ConfigError as error:
        assert_readable(error, "x.yaml")
    else:
        assert_usable(config)


@PROFILE
@given(st.one_of(mutated(SEED), ANYTHING), st.booleans())
def test_a_mutated_file_is_a_config_or_refused(folder: Path, value: Any, as_yaml: bool) -> None:
    file = folder / "mutated.yaml"
    try:
        file.write_bytes(as_file(value, as_yaml))
    except (yaml.YAMLError, ValueError):  # cannot be said in the language
        return
    try:
        assert isinstance(load_config([file]), Config)
    except ConfigError as error:
        assert_readable(error, str(file))


@PROFILE
@given(damaged_text(TEXT))
def test_a_damaged_file_is_a_config_or_refused(folder: Path, text: str) -> None:
    file = folder / "damaged.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_config([file]), Config)
    except ConfigError as error:
        assert_readable(error, str(file))


@PROFILE
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_a_file_of_anything_is_refused(folder: Path, content: bytes) -> None:
    file = folder / "anything.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_config([file])
    assert_readable(refused.value, str(file))


@PROFILE
@given(mutated(SEED), mutated({"study": {"n_trials": "155"}, "reports": {"title": "x"}}))
def test_snakemake_plans_nothing_for_a_config_that_is_refused(
    folder: Path, merged: Any, overrides: Any
) -> None:
    """Plan.of comes before the first rule: what it raises is all that Snakemake does."""
    if not isinstance(merged, dict) or not isinstance(overrides, dict):
        return
    merged = {**merged, **overrides}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        try:
            plan = Plan.of(merged, [], overrides)
        except ConfigError as error:
            assert_readable(error, "--config" if str(error).startswith("--config") else "config")
        else:
            assert load_config([plan.config_file]) == plan.config


def test_a_file_that_unfolds_beyond_all_measure_is_refused_at_once(tmp_path: Path) -> None:
    rows = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 19)]
    file = tmp_path / "laughs.yaml"
    file.write_text("\n".join(rows))
    with pytest.raises(ConfigError):
        load_config([file])
