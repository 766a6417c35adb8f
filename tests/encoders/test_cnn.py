"""How TaskEncoderCNN puts a task's pairs together."""

import pytest
import torch

from arcsweep.encoders.cnn import BASE_CHANNELS, DEMO_SLOTS

from .grids import CNN, embed, model_of, random_tasks

(TASK,) = random_tasks([DEMO_SLOTS])


def test_mean_ignores_the_order_of_pairs_and_flatten_does_not() -> None:
    for demo_agg, is_equal in (("mean", True), ("flatten", False)):
        model = model_of(CNN, demo_agg=demo_agg)
        difference = (embed(model, [TASK]) - embed(model, [TASK[::-1]])).abs().max()
        assert (difference < 1e-5) == is_equal


def test_flatten_averages_groups_of_slots_by_their_pairs() -> None:
    model = model_of(CNN)
    (more,) = random_tasks([DEMO_SLOTS + 1], seed=5)
    groups = [embed(model, [more[:DEMO_SLOTS]]), embed(model, [more[DEMO_SLOTS:]])]
    expected = (DEMO_SLOTS * groups[0] + groups[1]) / (DEMO_SLOTS + 1)
    torch.testing.assert_close(embed(model, [more]), expected)


@pytest.mark.parametrize("demo_agg", ["flatten", "mean"])
def test_an_empty_slot_weighs_nothing(demo_agg: str) -> None:
    model = model_of(CNN, demo_agg=demo_agg)
    alone = embed(model, [TASK[:1]])
    beside_a_full_task = embed(model, [TASK[:1], TASK])[:1]
    torch.testing.assert_close(alone, beside_a_full_task)


@pytest.mark.parametrize("width_mult", [0.5, 1.0, 2.62, 3.0])
def test_width_mult_scales_the_channels(width_mult: float) -> None:
    channels = model_of(CNN, width_mult=width_mult).encoder.codes.shape[1]
    assert channels == pytest.approx(width_mult * BASE_CHANNELS[0], abs=4)
    assert channels % 8 == 0
