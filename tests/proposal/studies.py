"""Made-up studies whose truth is known, for the proposal's tests."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from arcsweep.config import Config
from arcsweep.proposal.study import Proposal, propose
from arcsweep.selection.selection import select

SPACE: dict[str, Any] = {
    "kind": {"type": "categorical", "choices": ["a", "b"]},
    "lr": {"type": "float", "low": 0.0001, "high": 1.0, "log": True},
    "width": {"type": "categorical", "choices": [32, 64, 128]},
    "act": {"type": "categorical", "choices": ["u", "v", "w"]},
    "decay": {"type": "float", "low": 1e-6, "high": 0.1, "log": True, "zero_below": 1e-5},
    "depth": {"type": "int", "low": 1, "high": 4, "when": {"kind": "a"}},
    "heads": {"type": "int", "low": 1, "high": 4, "when": {"kind": "b"}},
}

Truth = Callable[[Mapping[str, Any]], float]


def config(**study: Any) -> Config:
    """A study of the user's own training function, whose limits the classifier does not set."""
    return Config.model_validate(
        {
            "study": {"name": "old", "n_trials": 1, "objective": "own.model:build", "space": SPACE}
            | {"sampler": {"n_startup_trials": 10}}
            | study,
            "selection": {"by": "kind", "top_k": 5},
            "reports": {"bootstrap_samples": 300},
        }
    )


def trials(n: int, truth: Truth, seed: int = 0) -> pd.DataFrame:
    """Random trials whose value is ``truth`` of their parameters plus unit noise."""
    generator = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        params: dict[str, Any] = {
            "kind": str(generator.choice(["a", "b"])),
            "lr": float(10 ** generator.uniform(-4, 0)),
            "width": int(generator.choice([32, 64, 128])),
            "act": str(generator.choice(["u", "v", "w"])),
            "decay": float(10 ** generator.uniform(-6, -1)),
        }
        params["depth" if params["kind"] == "a" else "heads"] = int(generator.integers(1, 5))
        value = truth(params) + float(generator.normal())
        rows.append(
            {"number": number, "state": "COMPLETE", "outcome": "complete", "value": value,
             "intermediate_values": json.dumps({"1": value})}
            | {f"param_{name}": params.get(name) for name in SPACE}
        )  # fmt: skip
    return pd.DataFrame(rows)


def proposed(table: pd.DataFrame, told: Config | None = None, **more: Any) -> Proposal:
    """The proposal after the trials of ``table``."""
    told = told or config()
    selection = select(table, "kind", 5, "maximize", space=told.study.space)
    return propose(told, table, selection, **more)
