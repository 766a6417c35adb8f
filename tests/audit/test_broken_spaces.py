"""Five spaces and budgets that are broken, each in its own way."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from arcsweep.audit.audit import audit
from arcsweep.audit.coverage import condition_findings
from arcsweep.audit.finding import Finding
from arcsweep.audit.footprints import Largest, footprint_findings
from arcsweep.audit.hyperband import brackets, hyperband_findings
from arcsweep.audit.profile import Grant, read_grant
from arcsweep.config.load import validate
from arcsweep.config.space import CategoricalConfig, FloatConfig
from arcsweep.errors import ConfigError, InputError
from arcsweep.protocol import Params
from arcsweep.study.space import Space

from .models import Audited, config

ROOT = Path(__file__).parents[2]


def of(findings: list[Finding] | tuple[Finding, ...], key: str) -> list[Finding]:
    return [finding for finding in findings if finding.key.endswith(key)]


def everything(params: Params, epochs: int) -> str:
    return repr(sorted(params.items()))


def test_1_a_condition_that_never_holds() -> None:
    switch = CategoricalConfig(type="categorical", choices=("a", "b"))
    never = FloatConfig(type="float", low=0, high=1, when={"kind": "c"})
    rare = FloatConfig(type="float", low=0, high=1, when={"size": 7})
    size = CategoricalConfig(type="categorical", choices=tuple(range(50)))
    space = Space({"kind": switch, "never": never, "size": size, "rare": rare})
    found = list(condition_findings(space, 150, np.random.default_rng(0)))
    (one,) = of(found, "never.when")
    assert (one.severity, one.text) == ("error", "never holds")
    assert "0 of 4,000 random draws" in one.evidence
    (other,) = of(found, "rare.when")
    assert other.severity == "warning"
    assert "about 3 of 150" in other.text


def test_1_a_condition_that_never_holds_is_refused_by_the_config_already() -> None:
    space = {
        "encoder_type": {"type": "categorical", "choices": ["cnn"]},
        "x": {"type": "float", "low": 0.0, "high": 1.0, "when": {"encoder_type": "context"}},
    }
    study = {"name": "a", "n_trials": 1, "objective": "m:f", "space": space}
    with pytest.raises(ConfigError, match=r"study\.space\.x\.when.*can never hold"):
        validate({"study": study}, "config.yaml")


def test_2_two_parameters_that_duplicate_each_other() -> None:
    space = {
        "scale": {"type": "float", "low": 0.5, "high": 2.0},
        "gain": {"type": "float", "low": 1.0, "high": 4.0},
        "hidden": {"type": "categorical", "choices": [64, 128]},
        "mlp_hidden": {"type": "categorical", "choices": [64, 128, 256]},
        "lr": {"type": "float", "low": 0.5, "high": 2.0},
    }

    def outcome(params: Params, epochs: int) -> str:
        product = float(params["scale"]) * float(params["gain"])
        widest = max(int(params["hidden"]), int(params["mlp_hidden"]))
        return repr((params["encoder_type"], params["lr"], product, widest))

    found = audit(config(space), Audited(outcome), footprints=False).findings
    doubled = {f.key: f.text for f in found if f.text.startswith("duplicates")}
    assert doubled == {
        "study.space.gain": "duplicates scale",
        "study.space.mlp_hidden": "duplicates hidden",
    }


def test_3_a_range_that_loses_every_trial() -> None:
    space = {
        "lr": {"type": "float", "low": 1e-4, "high": 1.0, "log": True},
        "width": {"type": "int", "low": 1, "high": 6},
    }
    generator = np.random.default_rng(0)
    lr = 10 ** generator.uniform(-4, 0, 120)
    width = generator.integers(1, 7, 120)
    outcome = np.where(lr > 0.2, "diverged", np.where(width == 6, "pruned", "complete"))
    trials = pd.DataFrame(
        {
            "state": np.where(outcome == "complete", "COMPLETE", "PRUNED"),
            "outcome": outcome,
            "param_lr": lr,
            "param_width": width.astype(float),
        }
    )
    found = audit(config(space), Audited(everything), trials=trials, footprints=False).findings
    (diverging,) = of(found, "space.lr")
    assert (diverging.severity, diverging.text) == (
        "error", "loses every trial with values from 0.215 to 1",
    )  # fmt: skip
    (pruned,) = of(found, "space.width")
    assert pruned.severity == "warning"
    assert pruned.text == "loses every trial with 6"
    assert "were trained to the end" in pruned.evidence


def test_3_without_trials_it_says_that_this_was_not_checked() -> None:
    text = audit(config({}), Audited(everything), footprints=False).unchecked[0]
    assert "there are no trials of this study yet" in text


def test_4_budgets_that_hyperband_cannot_use() -> None:
    pruner = {"min_resource": 3, "max_resource": 40, "reduction_factor": 3}
    study = config({}, n_trials=12, pruner=pruner).study
    found = list(hyperband_findings(study, epochs=20, earliest_end=2))
    (beyond,) = of(found, "max_resource")
    assert (beyond.severity, beyond.text) == ("error", "is 40, but a trial has only 20 epochs")
    (early,) = of(found, "min_resource")
    assert early.severity == "warning"
    assert "before they are first judged, in every bracket, 100%" in early.text
    (few,) = of(found, "n_trials")
    assert "too few for bracket 0" in few.text
    (random,) = of(found, "n_startup_trials")
    assert "all of them are random" in random.text


def test_4_the_studys_own_budget_has_nothing_but_a_note() -> None:
    found = list(hyperband_findings(config({}).study, epochs=20, earliest_end=5))
    assert [f.severity for f in found] == ["note"]
    assert "in bracket 1, 40% of all trials" in found[0].text


@pytest.mark.parametrize(("low", "high", "factor"), [(3, 20, 3), (1, 81, 3), (2, 64, 2), (1, 1, 4)])
def test_brackets_are_those_of_optuna(low: int, high: int, factor: int) -> None:
    import optuna

    pruner = optuna.pruners.HyperbandPruner(low, high, factor)
    pruner._try_initialization(optuna.create_study())
    total = pruner._total_trial_allocation_budget
    shares = [budget / total for budget in pruner._trial_allocation_budgets]
    assert [b.share for b in brackets(low, high, factor)] == pytest.approx(shares)
    for index, bracket in enumerate(brackets(low, high, factor)):
        inner = pruner._pruners[index]
        assert inner._min_early_stopping_rate == index
        assert bracket.rungs[0] == low * factor**index
        assert bracket.rungs[-1] <= high < bracket.rungs[-1] * factor


def test_5_a_configuration_that_the_profile_cannot_hold() -> None:
    largest = [Largest("context", {"batch_size": 64}, 19_000.0, 60.0, 1_000_000, True)]
    grant = read_grant(ROOT / "profiles" / "slurm")
    found = list(footprint_findings(largest, grant, epochs=20))
    assert [f.severity for f in found] == ["note", "error"]
    assert "needs 19,000 MB, but" in found[1].text
    assert "has 14,000 MB" in found[1].text
    assert "raise mem_mb to 22,800" in found[1].remedy


def test_5_an_epoch_beyond_the_walltime_is_an_error_and_a_trial_a_warning() -> None:
    def severities(epoch_s: float) -> list[str]:
        largest = [Largest("cnn", {}, 10.0, epoch_s, 1, True)]
        return [f.severity for f in footprint_findings(largest, Grant("p", None, 10.0), epochs=20)]

    assert severities(20.0) == ["note"]
    assert severities(60.0) == ["note", "warning"]
    assert severities(700.0) == ["note", "error"]


def test_5_a_profile_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--profile must be a folder"):
        read_grant(tmp_path / "nowhere")
