"""A user's own model: from a config and one Python file to the report, through Snakemake."""

import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import util
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from arcsweep.protocol import EpochReport, StopTraining

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "digits"


def run_example(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As a user runs it, in a copy of the example's folder."""
    snakemake = Path(sys.executable).with_name("snakemake")
    where = [
        "--snakefile",
        ROOT / "workflow" / "Snakefile",
        "--profile",
        ROOT / "profiles" / "local",
    ]
    return subprocess.run(
        [snakemake, *where, "--cores", "2", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=420,
        env={**os.environ, "NO_COLOR": "1", "OMP_NUM_THREADS": "1"},
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "digits", ignore=lambda *_: ["outputs"]))


def test_the_user_writes_fewer_than_60_lines_of_python() -> None:
    assert len((EXAMPLE / "model.py").read_text().splitlines()) < 60


def test_own_model_runs_from_config_to_report(folder: Path) -> None:
    short = {"study": {"n_trials": 8}, "selection": {"top_k": 1}, "extended": {"seeds": [0, 1]}}
    (folder / "short.yaml").write_text(json.dumps(short))
    plan = run_example(folder, "--configfile", "short.yaml", "-n")
    assert plan.returncode == 0, plan.stderr
    jobs = dict(re.findall(r"^(\w+) +(\d+)$", plan.stdout, re.MULTILINE))
    assert set(jobs) == {
        "all", "extended", "propose", "report", "selection", "study", "total", "trials", "worker"
    }, "no stage of the ARC classifier"  # fmt: skip

    done = run_example(folder, "--configfile", "short.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = folder / "outputs" / "digits"
    trials = pd.read_parquet(outputs / "trials.parquet")
    assert list(trials["number"]) == list(range(8))
    assert set(trials["state"]) <= {"COMPLETE", "PRUNED"}
    linear = trials[trials["param_model"] == "linear"]
    assert linear["param_penalty"].notna().all() and linear["param_hidden"].isna().all()

    page = (outputs / "reports" / "index.html").read_text()
    assert "Which of two models reads digits better?" in page
    assert "it is no estimate of how good the model is" in page
    for record_path in (outputs / "extended").glob("*.json"):
        record = json.loads(record_path.read_text())
        if record["empty"]:
            continue
        assert [row["epoch"] for row in record["history"]] == list(range(1, 21))
        assert f"{record['value']:.4g}" in page
        epoch, model = pickle.loads((outputs / record["model"]).read_bytes())
        assert epoch == 20 and hasattr(model, "predict"), "the trained model is kept"

    assert "Nothing to be done" in run_example(folder, "--configfile", "short.yaml").stderr


class Interrupted(StopTraining):
    pass


class Recorder:
    """A reporter that stops after ``last`` epochs and keeps what the engine would keep."""

    def __init__(self, state: bytes | None = None, last: int = 100) -> None:
        self.state = state
        self.last = last
        self.values: list[float] = []

    def saved_state(self) -> bytes | None:
        return self.state

    def describe(self, facts: Mapping[str, Any]) -> None:
        pass

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        self.values.append(report.value)
        self.state = state()
        if report.epoch == self.last:
            raise Interrupted


@pytest.mark.parametrize(
    "params",
    [
        {"model": "linear", "alpha": 1e-4, "penalty": "l2"},
        {"model": "mlp", "alpha": 1e-4, "lr": 1e-2, "layers": 2, "hidden": 16},
    ],
)
def test_a_resumed_trial_of_the_example_equals_an_uninterrupted_one(
    params: dict[str, Any],
) -> None:
    spec = util.spec_from_file_location("digits_model", EXAMPLE / "model.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    whole = Recorder()
    module.Digits(6).train(params, 7, whole)
    first = Recorder(last=3)
    with pytest.raises(Interrupted):
        module.Digits(6).train(params, 7, first)
    second = Recorder(first.state)
    module.Digits(6).train(params, 7, second)
    assert first.values + second.values == whole.values
    assert whole.state is not None and second.state is not None
    images = module.Digits(6).sides[1]
    _, one = pickle.loads(whole.state)
    _, other = pickle.loads(second.state)
    assert one.predict_proba(images).tobytes() == other.predict_proba(images).tobytes()
