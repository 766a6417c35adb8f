"""Rows that move, and their gradients that move back."""

import torch

from arcsweep.encoders.gather import gather_rows


def test_the_gradient_is_that_of_plain_indexing() -> None:
    index = torch.randperm(20, generator=torch.Generator().manual_seed(0))
    rows = torch.randn(20, 3)
    gradients = []
    for gather in (lambda x: gather_rows(x, index, index.argsort()), lambda x: x[index]):
        leaf = rows.clone().requires_grad_()
        (gather(leaf) * torch.arange(60).view(20, 3)).sum().backward()
        gradients.append(leaf.grad)
    assert torch.equal(*gradients)
