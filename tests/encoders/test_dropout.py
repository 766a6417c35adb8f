"""Dropout from 16 random bits an element."""

import pytest
import torch

from arcsweep.encoders.dropout import Dropout


@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_it_zeroes_its_share_and_keeps_the_mean(share: float) -> None:
    torch.manual_seed(0)
    dropped = Dropout(share)(torch.ones(1000, 999))
    assert (dropped == 0).float().mean().item() == pytest.approx(share, abs=2e-3)
    assert dropped.mean().item() == pytest.approx(1.0, rel=1e-2)
    assert dropped.max().item() == pytest.approx(1 / (1 - share), rel=1e-3)


def test_neighbours_are_dropped_independently() -> None:
    torch.manual_seed(0)
    dropped = Dropout(0.5)(torch.ones(4, 250_000)) == 0
    for distance in (1, 2, 3, 4):
        both = (dropped[:, :-distance] & dropped[:, distance:]).float().mean().item()
        assert both == pytest.approx(0.25, abs=3e-3)


def test_evaluation_and_share_zero_change_nothing() -> None:
    x = torch.randn(5, 7)
    assert Dropout(0.5).eval()(x) is x
    assert Dropout(0.0)(x) is x


def test_the_factor_is_not_rounded_to_bfloat16() -> None:
    torch.manual_seed(0)
    x = torch.randn(1000, 999, dtype=torch.bfloat16)
    dropped = Dropout(0.15)(x)
    assert dropped.dtype == torch.bfloat16
    kept = dropped != 0
    factor = (dropped[kept].float() / x[kept].float()).mean().item()
    assert factor == pytest.approx(1 / 0.85, rel=5e-4)  # rounded, it would be 0.27 % above
