"""Settings of the baseline that needs no network."""

from typing import Annotated

from pydantic import Field, Strict

from arcsweep.config.base import Section
from arcsweep.config.extended import Seed


class BaselineConfig(Section):
    """A random forest on statistics of the grids; what an encoder has to beat."""

    trees: int = Field(default=500, ge=1, le=100_000)
    """Trees of each forest."""
    folds: int = Field(default=5, ge=2, le=100)
    """Stratified folds of the cross-validation."""
    repeats: int = Field(default=4, ge=1, le=100)
    """Divisions into folds, each drawn anew."""
    seeds: Annotated[tuple[Seed, ...], Strict(False)] = Field(default=(0, 1, 2), min_length=1)
    """One forest a seed on the search's own split, compared with the encoders task by task."""
    max_examples: int = Field(default=20, ge=1, le=10_000)
    """Examples of a task that the statistics are taken from, the first ones."""
