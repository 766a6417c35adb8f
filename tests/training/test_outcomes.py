"""Failures that belong to the trial."""

import pytest
import torch

from arcsweep.protocol import OutOfMemory
from arcsweep.training.outcomes import memory_as_outcome


def test_memory_that_the_host_refuses_is_an_outcome() -> None:
    with pytest.raises(OutOfMemory, match="DefaultCPUAllocator"), memory_as_outcome():
        torch.empty(1 << 55, dtype=torch.uint8)


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory")])
def test_other_ways_to_run_out_are_outcomes_too(error: Exception) -> None:
    with pytest.raises(OutOfMemory), memory_as_outcome():
        raise error


def test_programming_errors_pass_through() -> None:
    with pytest.raises(RuntimeError, match="shapes"), memory_as_outcome():
        raise RuntimeError("shapes do not fit")
