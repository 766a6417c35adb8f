"""Settings of the task data."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from arcsweep.config.base import Problem, Section


class TasksConfig(Section):
    """Where the ARC tasks come from and how many examples each has."""

    source: Literal["rearc", "files"] = "rearc"
    """rearc: generate data_dir with RE-ARC's programs; files: data_dir holds your own ARC JSON."""

    data_dir: str = "data/distributional_alignment"
    """Folder of ARC JSON files, one a task, named by its id."""

    examples_per_task: int = Field(default=150, ge=4, le=10_000)
    """Verified examples generated for each task (only with source rearc)."""

    seed: int = Field(default=42, ge=0, lt=2**32)
    """Seed of the generators; the data depend on nothing else, processes included."""

    difficulty_low: float = Field(default=0.0, ge=0.0, le=1.0)
    """Lower bound of RE-ARC's difficulty."""

    difficulty_high: float = Field(default=1.0, ge=0.0, le=1.0)
    """Upper bound of RE-ARC's difficulty."""

    def problems(self) -> Iterator[Problem]:
        if self.difficulty_low > self.difficulty_high:
            yield Problem(
                ("difficulty_low",),
                f"must not be above difficulty_high {self.difficulty_high:g}, "
                f"got {self.difficulty_low:g}; exchange them",
            )
