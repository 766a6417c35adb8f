"""What every config section shares: frozen, strict, and able to name what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

Key = tuple[str | int, ...]

BROKEN_RULES = "broken_rules"
"""Error type under which a section hands its problems to :mod:`arcsweep.config.report`."""


@dataclass(frozen=True)
class Problem:
    """One broken rule: ``text`` continues the sentence that the dotted ``key`` begins."""

    key: Key
    text: str

    def below(self, *prefix: str | int) -> "Problem":
        """The same problem with a longer key."""
        return Problem((*prefix, *self.key), self.text)


class Section(BaseModel):
    """A frozen part of the config; unknown keys, wrong types, NaN and infinity are refused.

    Strict: a text such as "5" is no number and ``true`` is no whole number. A section whose keys
    depend on one another names the broken rules in :meth:`problems`.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )

    def problems(self) -> Iterator[Problem]:
        """Rules that several keys of this section break together; keys relative to it."""
        return iter(())

    @model_validator(mode="after")
    def _keep_rules(self) -> Self:
        problems = tuple(self.problems())
        if problems:
            lines = "; ".join(f"{'.'.join(map(str, p.key))} {p.text}" for p in problems)
            raise PydanticCustomError(
                BROKEN_RULES, "{lines}", {"lines": lines, "problems": problems}
            )
        return self
