"""Settings of the search space: parameters, ranges and conditions."""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    Strict,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from arcsweep.config.base import Problem, Section
from arcsweep.config.text import shown


def _one_error(value: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
    """One error in place of one for each member of the union."""
    try:
        return handler(value)
    except ValidationError:
        raise PydanticCustomError(
            "choice_type", "must be text, a finite number, true or false"
        ) from None


Choice = Annotated[bool | int | float | str, WrapValidator(_one_error)]
Allowed = Annotated[
    bool | int | float | str | Annotated[tuple[Choice, ...], Strict(False)],
    WrapValidator(_one_error),
]
When = dict[str, Allowed]

_Integer = Annotated[int, Field(ge=-(2**53), le=2**53)]
"""Optuna stores values as doubles, which hold whole numbers up to here exactly."""


class _Parameter(Section):
    """What every kind of parameter shares."""

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        """A null takes a key away: overlays merge key by key and cannot delete one otherwise."""
        if not isinstance(value, Mapping):
            return value
        kept = {key: item for key, item in value.items() if item is not None}
        if isinstance(kept.get("when"), Mapping):
            kept["when"] = {k: v for k, v in kept["when"].items() if v is not None}
        return kept


class CategoricalConfig(_Parameter):
    """A choice among values."""

    type: Literal["categorical"]
    """A choice among values."""
    choices: Annotated[tuple[Choice, ...], Strict(False)] = Field(min_length=1)
    """The values; a single one fixes the parameter."""
    when: When = Field(default_factory=dict)
    """Parameter → value (or list of values) that it must have for this one to be sampled."""

    def problems(self) -> Iterator[Problem]:
        for index, choice in enumerate(self.choices):
            if choice in self.choices[:index]:  # 1, 1.0 and true are one choice to Python
                yield Problem(
                    ("choices",), f"must not repeat a choice, got {shown(choice)} again; remove one"
                )


class IntConfig(_Parameter):
    """A whole number from low to high, both included."""

    type: Literal["int"]
    """A whole number in a range."""
    low: _Integer
    """Smallest value."""
    high: _Integer
    """Largest value."""
    step: int = Field(default=1, ge=1, le=2**53)
    """Distance between values."""
    log: bool = False
    """Sample the logarithm evenly."""
    when: When = Field(default_factory=dict)
    """Parameter → value (or list of values) that it must have for this one to be sampled."""

    def problems(self) -> Iterator[Problem]:
        if self.low > self.high:
            yield _low_above_high(self.low, self.high)
            return
        if self.log and self.low < 1:
            yield Problem(
                ("low",), f"must be at least 1 in a log range, got {self.low}; raise it or drop log"
            )
        if self.log and self.step != 1:
            yield Problem(
                ("step",), f"must be 1 in a log range, got {self.step}; remove it or drop log"
            )
        rest = (self.high - self.low) % self.step
        if rest:
            yield Problem(
                ("high",),
                f"must be low plus a multiple of step {self.step}, got {self.high}; "
                f"write {self.high - rest}",
            )


class FloatConfig(_Parameter):
    """A real number from low to high."""

    type: Literal["float"]
    """A real number in a range."""
    low: float
    """Smallest value."""
    high: float
    """Largest value."""
    log: bool = False
    """Sample the logarithm evenly."""
    zero_below: float | None = None
    """Sampled values below this become exactly 0.0 (a log range cannot reach 0 itself)."""
    when: When = Field(default_factory=dict)
    """Parameter → value (or list of values) that it must have for this one to be sampled."""

    def problems(self) -> Iterator[Problem]:
        if self.low > self.high:
            yield _low_above_high(self.low, self.high)
            return
        if self.log and self.low <= 0.0:
            yield Problem(
                ("low",),
                f"must be above 0 in a log range, got {self.low:g}; "
                "raise low, and set zero_below to reach exactly 0.0",
            )
        elif not math.isfinite(self.high - self.low):
            yield Problem(("high",), f"must leave a finite range, got {self.high:g}; lower it")
        if self.zero_below is not None and not self.low < self.zero_below <= self.high:
            yield Problem(
                ("zero_below",),
                f"must lie above low {self.low:g} and not above high {self.high:g}, "
                f"got {self.zero_below:g}; move it into the range or remove it",
            )
        elif self.zero_below is not None and self.low < 0.0:
            yield Problem(
                ("zero_below",), f"needs a range without negative values, got low {self.low:g}"
            )


def _low_above_high(low: float, high: float) -> Problem:
    return Problem(("low",), f"must not be above high {high:g}, got {low:g}; exchange them")


ParameterConfig = Annotated[
    CategoricalConfig | IntConfig | FloatConfig, Field(discriminator="type")
]

PARAMETER_TYPES: dict[str, type[_Parameter]] = {
    "categorical": CategoricalConfig,
    "int": IntConfig,
    "float": FloatConfig,
}
