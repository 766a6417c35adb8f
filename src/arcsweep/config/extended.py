"""Settings of the extended runs."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, Strict

from arcsweep.config.base import Problem, Section

Seed = Annotated[int, Field(ge=0, lt=2**32)]


class ExtendedConfig(Section):
    """Longer training of the selected trials, without pruner or early stopping."""

    epochs: int = Field(default=40, ge=1, le=100_000)
    """Epochs of each run."""
    seeds: Annotated[tuple[Seed, ...], Strict(False)] = Field(default=(0, 1, 2), min_length=1)
    """One run for each selected trial and seed."""

    def problems(self) -> Iterator[Problem]:
        for index, seed in enumerate(self.seeds):
            if seed in self.seeds[:index]:
                yield Problem(("seeds",), f"must not repeat a seed, got {seed} again; remove one")
