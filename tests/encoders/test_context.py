"""How TaskEncoderAdvanced puts a task's grids together."""

import torch

from .grids import CONTEXT, embed, model_of, random_tasks

(TASK,) = random_tasks([3])


def test_the_order_of_pairs_does_not_matter() -> None:
    model = model_of(CONTEXT)
    torch.testing.assert_close(embed(model, [TASK]), embed(model, [TASK[::-1]]))


def test_a_repeated_set_of_pairs_weighs_as_much_as_one() -> None:
    model = model_of(CONTEXT)
    torch.testing.assert_close(embed(model, [TASK]), embed(model, [TASK + TASK]))


def test_dropout_acts_in_training_only() -> None:
    model = model_of(CONTEXT, ctx_dropout=0.3)
    assert torch.equal(embed(model, [TASK]), embed(model_of(CONTEXT, ctx_dropout=0.0), [TASK]))
