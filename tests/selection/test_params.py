"""Claims of reading parameters back from the trials table."""

from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from arcsweep.config.space import ParameterConfig
from arcsweep.errors import InputError
from arcsweep.selection.params import restore, sampled_params

PARAMETER = TypeAdapter(ParameterConfig)


def parameter(**settings: Any) -> ParameterConfig:
    return PARAMETER.validate_python(settings)


CHOICES = parameter(type="categorical", choices=[True, 64, 0.5, "64-bit"])
WHOLE = parameter(type="int", low=1, high=9)
REAL = parameter(type="float", low=0.0, high=1.0)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [(CHOICES, "True", True), (CHOICES, np.True_, True), (CHOICES, "64", 64), (CHOICES, 64.0, 64),
     (CHOICES, "0.5", 0.5), (CHOICES, "64-bit", "64-bit"), (WHOLE, 3.0, 3), (WHOLE, np.int64(3), 3),
     (REAL, np.float64(0.5), 0.5), (REAL, 1, 1.0)],
)  # fmt: skip
def test_a_cell_comes_back_as_the_config_writes_it(
    kind: ParameterConfig, cell: Any, value: Any
) -> None:
    restored = restore("p", cell, kind)
    assert restored == value
    assert type(restored) is type(value)


@pytest.mark.parametrize(("kind", "cell"), [(CHOICES, 65), (CHOICES, False), (WHOLE, 2.5),
                                            (WHOLE, "many"), (REAL, "x"),
                                            (REAL, float("inf"))])  # fmt: skip
def test_a_cell_that_the_space_does_not_know_is_refused(kind: ParameterConfig, cell: Any) -> None:
    with pytest.raises(InputError, match=r"param_p .* must be .*`arcsweep trials`"):
        restore("p", cell, kind)


def test_params_survive_csv() -> None:
    space = {"flag": CHOICES, "depth": WHOLE, "rate": REAL}
    table = pd.DataFrame(
        {"param_flag": [True, True], "param_depth": [3, None], "param_rate": [0.25, 0.1]}
    )
    back = pd.read_csv(StringIO(table.to_csv(index=False)))
    rows = [sampled_params(row, space) for row in back.to_dict("records")]
    assert rows == [{"flag": True, "depth": 3, "rate": 0.25}, {"flag": True, "rate": 0.1}]
