"""Failures that belong to the trial and not to the program."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from arcsweep.protocol import OutOfMemory

_HOST_MEMORY_ERRORS = ("DefaultCPUAllocator: can't allocate", "DefaultCPUAllocator: not enough")


@contextmanager
def memory_as_outcome() -> Iterator[None]:
    """Turn every way of running out of memory into OutOfMemory; others pass through."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise OutOfMemory(_first_line(error)) from error
    except RuntimeError as error:
        if not any(text in str(error) for text in _HOST_MEMORY_ERRORS):
            raise
        raise OutOfMemory(_first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
