"""What a change makes of a base."""

from typing import Any

import pytest

from arcsweep.hypotheses.change import changed
from training.easy import CNN, settings

BASE = settings(epochs=3)


def test_parameters_and_training_settings_are_changed_and_nothing_else() -> None:
    variant = changed(CNN, BASE, {"max_pool": True, "depth": 4, "views_per_epoch": 4})
    assert variant.params == {**CNN, "max_pool": True, "depth": 4}
    assert variant.settings == BASE.model_copy(update={"views_per_epoch": 4})
    assert not variant.same


def test_a_training_setting_alone_is_a_change() -> None:
    variant = changed(CNN, BASE, {"views_per_epoch": 4})
    assert not variant.same and variant.params == CNN


@pytest.mark.parametrize(
    "change",
    [{"depth": CNN["depth"]}, {"max_pool": False}, {"color_permute": True}, {"epochs": 3}],
)
def test_a_change_to_what_the_base_has_is_the_base_itself(change: dict[str, Any]) -> None:
    variant = changed(CNN, BASE, change)
    assert variant.same
    assert (variant.params, variant.settings) == (CNN, BASE)


def test_a_base_that_has_a_switch_on_can_lose_it() -> None:
    variant = changed({**CNN, "max_pool": True}, BASE, {"max_pool": False})
    assert not variant.same and variant.params["max_pool"] is False
