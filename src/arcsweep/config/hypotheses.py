"""Settings of the hypotheses: targeted changes of a selected trial."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, Strict

from arcsweep.config.base import Problem, Section
from arcsweep.config.space import Choice

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$")]


class HypothesisConfig(Section):
    """One targeted change, asked of a selected trial of each group (docs/hypotheses.md)."""

    name: Name
    """Short and unique; names files."""
    question: str = Field(min_length=1, max_length=200)
    """What is asked, in one line; the report shows it."""
    change: dict[str, Choice] = Field(min_length=1)
    """Parameter of the model or key of `training` → its value in place of the base's."""
    groups: Annotated[tuple[str, ...] | None, Strict(False)] = Field(default=None, min_length=1)
    """Choices of `selection.by` to ask it of, such as [cnn]; null asks it of all."""
    base: int = Field(default=1, ge=1, le=100)
    """Rank of the selected trial that is changed; one that the confirmation runs, as the pair."""

    def problems(self) -> Iterator[Problem]:
        for index, group in enumerate(self.groups or ()):
            if group in (self.groups or ())[:index]:
                yield Problem(("groups",), f"must not repeat a group, got {group} again; remove it")
