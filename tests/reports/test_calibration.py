"""The short form of benchmarks/calibration.py: every method keeps what it states."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "calibration.py"
STUDIES = {"accuracies": 200, "differences": 120, "categories": 60, "picking": 60,
           "settings_that_matter": 30, "pairs_that_act_together": 12, "folds": 150,
           "confirmation": 60, "labels_of_noise": 60, "proposals": 24}  # fmt: skip


def simulations() -> dict[str, Callable[[int], Iterator[Any]]]:
    spec = importlib.util.spec_from_file_location("calibration", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["calibration"] = module
    spec.loader.exec_module(module)
    return {simulation.__name__: simulation for simulation in module.SIMULATIONS}


@pytest.mark.parametrize("name", STUDIES)
def test_a_method_keeps_what_it_states(name: str) -> None:
    broken = [line for line in simulations()[name](STUDIES[name]) if not line.kept]
    assert not broken


def test_all_methods_are_simulated() -> None:
    assert simulations().keys() == STUDIES.keys()
