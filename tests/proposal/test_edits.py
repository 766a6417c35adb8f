"""Claims of the edits to single parameters."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from arcsweep.config.space import ParameterConfig
from arcsweep.proposal.edits import described, end_of, fixed, wider, with_ends

READ: TypeAdapter[Any] = TypeAdapter(ParameterConfig)


def parameter(text: str, **more: Any) -> Any:
    low, _, high = text.partition(" to ")
    whole = "." not in text
    return READ.validate_python(
        {"type": "int" if whole else "float", "low": int(low) if whole else float(low),
         "high": int(high) if whole else float(high), **more}
    )  # fmt: skip


def choice(*choices: Any) -> Any:
    return READ.validate_python({"type": "categorical", "choices": choices})


@pytest.mark.parametrize(
    ("before", "at", "after"),
    [
        (parameter("0.0 to 0.3"), "high", "0 to 0.4"),
        (parameter("0.0 to 0.3"), "low", None),
        (parameter("0.5 to 3.0"), "low", "0.25 to 3"),
        (parameter("0.001 to 1.0", log=True), "low", "0.0001 to 1"),
        (parameter("0.001 to 1.0", log=True), "high", "0.001 to 10"),
        (parameter("0.001 to 1.0", log=True, zero_below=0.01), "low", None),
        (parameter("2 to 6"), "high", "2 to 8"),
        (parameter("1 to 5"), "low", None),
        (parameter("2 to 10", step=4), "high", "2 to 14"),
        (choice(128, 256, 512), "high", "128, 256, 512, 1024"),
        (choice(128, 256, 512), "low", "64, 128, 256, 512"),
        (choice(2), "high", None),
    ],
)
def test_a_parameter_grows_at_one_end_and_no_further_than_makes_sense(
    before: Any, at: str, after: str | None
) -> None:
    grown = wider(before, at)
    assert (None if grown is None else described(grown)) == after
    if grown is not None:
        assert READ.validate_python(grown.model_dump()) == grown


def test_a_fixed_number_is_one_that_loads_and_means_what_training_used() -> None:
    decay = parameter("0.000001 to 0.1", log=True, zero_below=1e-5)
    assert described(fixed(decay, 5e-6)) == "0"
    assert described(fixed(decay, 0.012345)) == "0.0123"
    for value in (5e-6, 0.0, 0.012345):
        READ.validate_python(fixed(decay, value).model_dump(exclude_none=True))


def test_ends_are_rounded_outwards() -> None:
    range_ = with_ends(parameter("0.0 to 1.0"), 0.1234, 0.8761)
    assert described(range_) == "0.12 to 0.88"
    assert described(with_ends(parameter("2 to 10", step=4), 5, 7)) == "2 to 10"


def test_the_end_of_a_log_range_is_one_sixth_of_its_logarithm() -> None:
    lr = parameter("0.000001 to 1.0", log=True)
    assert [end_of(v, lr) for v in (9e-6, 2e-5, 0.05, 0.2)] == ["low", "", "", "high"]
