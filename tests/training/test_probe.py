"""What the classifier answers an audit."""

from typing import Any

import pytest

from arcsweep.encoders.model import SWITCHES
from arcsweep.training.probe import ClassifierProbe

from .easy import CNN, CONTEXT, easy_data, settings

PROBE = ClassifierProbe(easy_data(), settings(epochs=20), largest_batch=16)
SMALL = {**CNN, "embed_dim": 8, "mlp_hidden": 8, "depth": 2, "use_scheduler": False}


def outcome(epochs: int = 1, **changed: Any) -> str:
    return PROBE.rehearse({**SMALL, **changed}, 0, epochs).outcome


def test_equal_rehearsals_have_equal_outcomes_and_others_have_not() -> None:
    assert outcome() == outcome()
    for changed in ({"lr": 1e-4}, {"depth": 3}, {"use_coords": False}, {"batch_size": 16}):
        assert outcome(**changed) != outcome(), changed


@pytest.mark.parametrize("params", [SMALL, {**CONTEXT, "ctx_d_model": 8}])
@pytest.mark.parametrize("switch", [*SWITCHES, "average_weights"])
def test_an_audit_sees_that_a_switch_acts(params: dict[str, Any], switch: str) -> None:
    outcomes = [PROBE.rehearse({**params, **on}, 0, 1).outcome
                for on in ({}, {switch: False}, {switch: True})]  # fmt: skip
    assert outcomes[0] == outcomes[1] != outcomes[2]


def test_what_the_model_ignores_changes_no_outcome() -> None:
    assert outcome(ctx_dropout=0.3) == outcome()


def test_a_scheduler_acts_only_in_a_longer_rehearsal() -> None:
    assert outcome(use_scheduler=True) == outcome()
    assert outcome(20, use_scheduler=True) != outcome(20)


def test_larger_models_and_batches_hold_more() -> None:
    def held(**changed: Any) -> float:
        return PROBE.held_mb({**CONTEXT, **changed}, 0)

    assert held() < held(batch_size=16)
    assert held() < held(average_weights=True)
    assert held() < held(ctx_d_model=64) < held(ctx_d_model=64, ctx_pixel_layers=2)


def test_a_trial_may_end_by_itself_after_its_patience() -> None:
    def earliest(patience: int) -> int:
        probe = ClassifierProbe(
            PROBE.data, settings(epochs=20, early_stop_patience=patience), largest_batch=8
        )
        return probe.earliest_end

    assert (earliest(4), earliest(0), earliest(30)) == (5, 20, 20)


@pytest.mark.parametrize("params", [CNN, CONTEXT])
def test_a_footprint_is_of_the_whole_model(params: dict[str, Any]) -> None:
    whole, half = (PROBE.footprint(params, 0, share) for share in (1.0, 0.5))
    assert whole.n_parameters == half.n_parameters > 1000
    assert whole.epoch_s > 0
    assert whole.peak_mb > 50
