"""What a user reads after a slip in the config: one line with key, rule, value and remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arcsweep.config.load import load_config
from arcsweep.errors import ConfigError

Errors = Callable[[dict[str, Any]], list[str]]

SPACE = "study.space"
STUDY_KEYS = (
    "name, n_trials, warm_start_from, direction, objective, max_failed, max_stuck, sampler,"
    " pruner, space"
)

ONE_SLIP: dict[str, tuple[dict[str, Any], str]] = {
    "no trials": (
        {"study.n_trials": 0},
        "study.n_trials must be at least 1, got 0",
    ),
    "misspelt key": (
        {"study.ntrials": 150},
        f"study.ntrials is not a setting; did you mean n_trials?; valid here: {STUDY_KEYS}",
    ),
    "password": (
        {"study.password": "hunter2"},
        "study.password is not a setting; credentials and database addresses never stand in a "
        f"config, take it out; valid here: {STUDY_KEYS}",
    ),
    "credentials in a value": (
        {"study.name": "postgresql://me:hunter2@host/db"},
        "study.name must be up to 100 letters, digits and ._- and begin with no mark, "
        "got 'postgresql://***@host/db'",
    ),
    "number in quotes": (
        {"training.epochs": "20"},
        "training.epochs must be a whole number, got '20'; take the quotes away",
    ),
    "truth value as a number": (
        {"training.epochs": True},
        "training.epochs must be a whole number, got true",
    ),
    "exponent without a point": (
        {f"{SPACE}.lr.low": "5e-5"},
        "study.space.lr.low must be a number, got '5e-5'; YAML reads 5e-5 as text, write 5.0e-5",
    ),
    "not a number": (
        {"split.val_ratio": float("nan")},
        "split.val_ratio must be a finite number, got nan",
    ),
    "list for a section": (
        {"training": [1, 2]},
        "training must be a mapping of settings, got [1, 2]",
    ),
    "empty section": (
        {"labels": None},
        "labels must be a mapping of settings, got null; leave the key out to take its defaults",
    ),
    "unknown sampler": (
        {"study.sampler.name": "grid"},
        "study.sampler.name must be tpe or random, got 'grid'",
    ),
    "log range from 0": (
        {f"{SPACE}.lr.low": 0.0},
        "study.space.lr.low must be above 0 in a log range, got 0; raise low, and set zero_below "
        "to reach exactly 0.0",
    ),
    "zero_below out of the range": (
        {f"{SPACE}.weight_decay.zero_below": 1.0},
        "study.space.weight_decay.zero_below must lie above low 1e-06 and not above high 0.1, "
        "got 1; move it into the range or remove it",
    ),
    "low above high": (
        {f"{SPACE}.depth.low": 7},
        "study.space.depth.low must not be above high 6, got 7; exchange them",
    ),
    "step that misses high": (
        {f"{SPACE}.depth.step": 3},
        "study.space.depth.high must be low plus a multiple of step 3, got 6; write 5",
    ),
    "no choices": (
        {f"{SPACE}.batch_size.choices": []},
        "study.space.batch_size.choices must have at least 1 entry, got []",
    ),
    "a choice twice": (
        {f"{SPACE}.batch_size.choices": [8, 16, 8]},
        "study.space.batch_size.choices must not repeat a choice, got 8 again; remove one",
    ),
    "condition on an unknown parameter": (
        {"study.space": {"a": {"type": "int", "low": 1, "high": 2, "when": {"b": 1}}}},
        "study.space.a.when.b must name a parameter of the space, got 'b'; valid: a",
    ),
    "condition that never holds": (
        {f"{SPACE}.temperature.when": {"use_cosine": 1}},
        "study.space.temperature.when.use_cosine can never hold: use_cosine is never 1; valid: "
        "true, false; correct it or remove the parameter (null in an overlay)",
    ),
    "condition on itself": (
        {f"{SPACE}.depth.when": {"depth": 3}},
        "study.space.depth.when.depth must name another parameter, not its own; remove it",
    ),
    "circular conditions": (
        {
            f"{SPACE}.use_cosine.when": {"use_scheduler": True},
            f"{SPACE}.use_scheduler.when": {"use_cosine": True},
        },
        "study.space.use_scheduler.when must not depend on itself, got use_scheduler → use_cosine "
        "→ use_scheduler; remove one condition",
    ),
    "conditions that exclude one another": (
        {f"{SPACE}.depth.when": {"encoder_type": "cnn", "ctx_n_head": 4}},
        "study.space.depth.when can never hold: its conditions ask for values of encoder_type that "
        "exclude one another; change one condition",
    ),
    "unknown type": (
        {f"{SPACE}.lr.type": "loguniform"},
        "study.space.lr.type must be categorical, int or float, got 'loguniform'",
    ),
    "heads that do not divide the width": (
        {f"{SPACE}.ctx_n_head.choices": [4, 6]},
        "study.space.ctx_n_head must divide every ctx_d_model, got 6 heads for width 128; "
        "remove one of the two",
    ),
    "parameter that changes nothing": (
        {f"{SPACE}.momentum": {"type": "float", "low": 0.0, "high": 1.0}},
        "study.space.momentum changes nothing, the classifier has no such parameter; "
        "remove it (in an overlay, momentum: null)",
    ),
    "parameter that is missing": (
        {f"{SPACE}.mlp_hidden": None},
        "study.space.mlp_hidden is missing, encoder_type 'cnn' needs it; add it, or take 'cnn' "
        "from the choices of encoder_type",
    ),
    "scheduler that never acts": (
        {"training.scheduler_patience": 4},
        "training.scheduler_patience must be below early_stop_patience 4, got 4; the scheduler "
        "would never act, lower it",
    ),
    "pruner beyond the last epoch": (
        {"training.epochs": 10},
        "study.pruner.max_resource must not be above training.epochs 10, got 20; no trial would "
        "reach it, lower it",
    ),
    "pruner without a rung": (
        {"study.pruner.min_resource": 21},
        "study.pruner.min_resource must not be above max_resource 20, got 21; lower it",
    ),
    "selection by a range": (
        {"selection.by": "lr"},
        "selection.by must name a categorical parameter, lr is float; valid: encoder_type, "
        "batch_size, embed_dim, use_scheduler, use_cosine",
    ),
    "selection by a conditional parameter": (
        {"selection.by": "demo_agg"},
        "selection.by must name a parameter that every trial has, demo_agg is conditional; valid: "
        "encoder_type, batch_size, embed_dim, use_scheduler, use_cosine",
    ),
    "a seed twice": (
        {"extended.seeds": [0, 1, 0]},
        "extended.seeds must not repeat a seed, got 0 again; remove one",
    ),
    "one fold": (
        {"confirmation.folds": 1},
        "confirmation.folds must be 0 or at least 2, got 1; one fold leaves nothing to train on, "
        "0 is off",
    ),
    "more confirmed than selected": (
        {"confirmation.top_k": 6},
        "confirmation.top_k must not be above selection.top_k 5, got 6; lower it, or write null "
        "to confirm all that is selected",
    ),
    "difficulty upside down": (
        {"tasks.difficulty_low": 0.8, "tasks.difficulty_high": 0.2},
        "tasks.difficulty_low must not be above difficulty_high 0.2, got 0.8; exchange them",
    ),
    "data outside the working folder": (
        {"tasks.data_dir": "../tasks"},
        "tasks.data_dir must lie below data/ in the working folder, got '../tasks'; "
        "write data/… (a symbolic link may lead elsewhere)",
    ),
    "study over the database": (
        {"study.name": "database"},
        "study.name must not be backups, cache, database, visual_classifier, which are "
        "folders of outputs/ already, got 'database'; choose another name",
    ),
}


@pytest.mark.parametrize("slip", ONE_SLIP)
def test_one_slip_is_one_line(slip: str, errors: Errors) -> None:
    changes, line = ONE_SLIP[slip]
    assert errors(changes) == [f"{line} (config.yaml)"]


BROKEN_FILES: dict[str, tuple[str, str]] = {
    "empty": ("", "{file}: a config file must hold a mapping of sections, got nothing"),
    "list": ("- 1\n", "{file}: a config file must hold a mapping of sections, got a list"),
    "tab": (
        "study:\n\tname: x\n",
        "{file}: not valid YAML: found character '\\t' that cannot start any token "
        "(line 2, column 1); indent with spaces, not tabs",
    ),
    "key twice": (
        "study:\n  n_trials: 1\n  name: x\n  n_trials: 2\n",
        "{file}: the key n_trials stands twice in one mapping, in lines 2 and 4; keep one",
    ),
    "key twice in JSON": (
        '{"study": {"name": "x", "name": "y"}}',
        "{file}: the key name stands twice in one mapping; keep one",
    ),
    "truncated JSON": (
        '{"study": {"name": "x"',
        "{file}: not valid YAML: expected ',' or '}}', but got '<stream end>' (line 1, column 23)",
    ),
    "key that YAML takes for true": (
        "on: 1\nstudy: {name: x}\n",
        "the config must have text as keys, got true; put the key in quotes ({file})",
    ),
    "date": (
        "study: {name: 2026-11-23}\n",
        "study.name must be text, a number, true or false, got a date; quote it as text ({file})",
    ),
    "python object": (
        "study: !!python/tuple [1]\n",
        "{file}: not valid YAML: could not determine a constructor for the tag "
        "'tag:yaml.org,2002:python/tuple' (line 1, column 8)",
    ),
    "alias to itself": (
        "study: &a\n  space: *a\n",
        "study.space must not be nested this deeply, or refer to itself ({file})",
    ),
}


@pytest.mark.parametrize("case", BROKEN_FILES)
def test_broken_file_is_one_line(case: str, tmp_path: Path) -> None:
    text, line = BROKEN_FILES[case]
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config([file])
    assert str(caught.value) == line.format(file=file)


def test_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    with pytest.raises(ConfigError, match=r"config\.yml: config file not found; check the path"):
        load_config([file])


def test_all_problems_are_told_at_once(errors: Errors) -> None:
    lines = errors({"study.n_trials": 0, "training.epoch": 3, "workers.lease_s": "60"})
    assert [line.split(" ", 1)[0] for line in lines] == [
        "training.epoch",
        "study.n_trials",
        "workers.lease_s",
    ]


def test_rules_that_join_sections_are_told_at_once(errors: Errors) -> None:
    lines = errors({"training.n_demos": 5, "tasks.examples_per_task": 5, "selection.by": "lr"})
    assert [line.split(" ", 1)[0] for line in lines] == ["selection.by", "training.n_demos"]


def test_error_names_the_file_that_set_the_key(tmp_path: Path) -> None:
    base, overlay = tmp_path / "config.yaml", tmp_path / "overlay.yaml"
    base.write_text((Path(__file__).parents[2] / "config.yaml").read_text())
    overlay.write_text("study: {n_trials: 0}\n")
    with pytest.raises(ConfigError, match=rf"got 0 \({overlay}\)$"):
        load_config([base, overlay])
