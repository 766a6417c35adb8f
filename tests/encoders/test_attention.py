"""Attention within sequences of unequal length."""

import torch

from arcsweep.encoders import attention

LENGTHS = (3, 1, 7, 2)


def qkv() -> torch.Tensor:
    return torch.randn(sum(LENGTHS), 3 * 16, generator=torch.Generator().manual_seed(0))


def test_sequences_do_not_see_each_other() -> None:
    rows = qkv()
    together = attention.attend(rows, 4, LENGTHS, None)
    alone = [attention.attend(part, 4, (len(part),), None) for part in rows.split(LENGTHS)]
    torch.testing.assert_close(together, torch.cat(alone))


def test_attention_is_the_textbooks() -> None:
    rows = qkv()[:5]
    query, key, value = (part.view(5, 4, 4).transpose(0, 1) for part in rows.split(16, dim=1))
    expected = ((query @ key.mT / 2.0).softmax(dim=2) @ value).transpose(0, 1).reshape(5, 16)
    torch.testing.assert_close(attention.attend(rows, 4, (5,), None), expected)


def test_the_padded_form_of_a_gpu_equals_the_split_one() -> None:
    rows = qkv()
    real = torch.ones(len(rows), dtype=torch.bool)
    real[5] = False
    for seen in (None, real):
        split = attention.attend(rows, 4, LENGTHS, seen)
        padded = attention._attend_padded(rows, 4, LENGTHS, seen)
        torch.testing.assert_close(split, padded)


def test_unreal_keys_are_unseen() -> None:
    rows, real = qkv(), torch.ones(sum(LENGTHS), dtype=torch.bool)
    real[5] = False
    before = attention.attend(rows, 4, LENGTHS, real)
    rows[5] += 100.0
    after = attention.attend(rows, 4, LENGTHS, real)
    torch.testing.assert_close(before[real], after[real])


def test_on_a_cpu_attention_is_float32s_where_products_are_bfloat16() -> None:
    rows = qkv()
    with torch.autocast("cpu", torch.bfloat16):
        mixed = attention.attend(rows, 4, LENGTHS, None)
        of_equal_length = attention.attend(rows[:6], 4, (3, 3), None)
    assert torch.equal(mixed, attention.attend(rows, 4, LENGTHS, None))
    assert torch.equal(of_equal_length, attention.attend(rows[:6], 4, (3, 3), None))
