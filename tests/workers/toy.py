"""A fake training function: real engine, milliseconds an epoch."""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from arcsweep.config.study import StudyConfig
from arcsweep.protocol import Diverged, EpochReport, Params, Reporter

SPACE = {
    "kind": {"type": "categorical", "choices": ["a", "b"]},
    "x": {"type": "float", "low": 0.0, "high": 1.0},
    "slope": {"type": "float", "low": 0.0, "high": 1.0, "when": {"kind": "b"}},
}


def study_config(name: str = "toy", n_trials: int = 12, **more: object) -> StudyConfig:
    return StudyConfig.model_validate(
        {
            "name": name,
            "n_trials": n_trials,
            "objective": "toy:build",
            "space": SPACE,
            "sampler": {"n_startup_trials": 5},
            "pruner": {"min_resource": 2, "max_resource": 6, "reduction_factor": 3},
            **more,
        }
    )


class ToyObjective:
    """Value of epoch e: x·(1 − 0.5^e); diverges for x below ``diverge_below``."""

    def __init__(self, epochs: int = 6, epoch_s: float = 0.0, diverge_below: float = 0.0) -> None:
        self.epochs = epochs
        self.epoch_s = epoch_s
        self.diverge_below = diverge_below
        self.log = os.environ.get("TOY_LOG")

    def fingerprint(self) -> Mapping[str, str]:
        return {"toy": "1"}

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        saved = reporter.saved_state()
        state = json.loads(saved) if saved else {"epoch": 0, "trace": []}
        reporter.describe({"device": "none", "n_parameters": 3})
        x = float(params["x"])
        if x < self.diverge_below:
            raise Diverged("x is too small")
        for epoch in range(state["epoch"] + 1, self.epochs + 1):
            time.sleep(self.epoch_s)
            self._trace(reporter, epoch)
            value = x * (1 - 0.5**epoch)
            state = {"epoch": epoch, "trace": [*state["trace"], value]}
            text = json.dumps(state).encode()
            reporter.report(
                EpochReport(epoch, value, {"accuracy": value, "parts": {"x": x}}),
                lambda text=text: text,
            )
            if os.environ.get("TOY_BROKEN"):
                raise KeyError("the toy is broken after an epoch")

    def _trace(self, reporter: Reporter, epoch: int) -> None:
        if self.log:
            number = getattr(reporter, "number", -1)
            with Path(self.log).open("a") as stream:
                stream.write(f"{number} {epoch} {os.getpid()}\n")


def build(config: object, paths: object) -> ToyObjective:
    """As study.objective names it, for workers that are started by the command line."""
    return ToyObjective(epoch_s=float(os.environ.get("TOY_EPOCH_S", "0")))
