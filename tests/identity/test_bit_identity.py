"""Real trials on real tasks, killed after each of their epochs, end as if nothing had happened."""

import io
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
import torch
from torch.utils._pytree import tree_flatten

from arcsweep.config.load import load_config
from arcsweep.paths import Paths
from arcsweep.storage.databases import create_database
from arcsweep.storage.location import Database
from arcsweep.study.fingerprint import study_fingerprint
from arcsweep.study.objective import load_objective
from arcsweep.study.opening import open_study, prepare_study
from arcsweep.workers.checkpoint import CheckpointFolder, _read

from .mortal import FORKS, MOMENTS, work

ROOT = Path(__file__).resolve().parents[2]
N_TRIALS, N_EPOCHS = 5, 4
OTHER = {
    "cnn": ["ctx_d_model", "ctx_n_head", "ctx_pixel_layers", "ctx_grid_layers", "ctx_dropout"],
    "context": ["demo_agg", "width_mult", "depth", "mlp_hidden", "use_coords"],
}
TRUNCATED = {"1:2", "0:2", "2:3"}
"""(trial, epoch) whose checkpoint is cut short after the worker died."""


def overlay(encoder: str) -> str:
    gone = "".join(f"    {name}: null\n" for name in OTHER[encoder])
    return f"""
split: {{max_tasks_per_category: 5, val_ratio: 0.8}}
training: {{epochs: {N_EPOCHS}, early_stop_patience: 0, scheduler_patience: 0}}
study:
  name: identity-{encoder}
  n_trials: {N_TRIALS}
  sampler: {{n_startup_trials: 2}}
  pruner: {{min_resource: 1, max_resource: {N_EPOCHS}, reduction_factor: 4}}
  space:
    encoder_type: {{choices: [{encoder}]}}
{gone}"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with real tasks, labels, split and centroids."""
    folder = tmp_path_factory.mktemp("identity")
    shutil.copy(ROOT / "config.yaml", folder)
    shutil.copy(ROOT / "tests" / "workflow" / "tiny.yaml", folder)
    for encoder in OTHER:
        (folder / f"{encoder}.yaml").write_text(overlay(encoder))
    for stage in ("tasks", "labels", "split"):
        command = [sys.executable, "-m", "arcsweep", stage]
        command += [
            f"--config={folder / name}" for name in ("config.yaml", "tiny.yaml", "cnn.yaml")
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder


class Study:
    """One study in a folder and a database of its own."""

    def __init__(self, prepared: Path, folder: Path, server: Database, encoder: str) -> None:
        folder.mkdir()
        (folder / "data").symlink_to(prepared / "data")
        shutil.copytree(prepared / "outputs", folder / "outputs")
        names = ("config.yaml", "tiny.yaml", f"{encoder}.yaml")
        self.folder, self.configs = folder, [prepared / name for name in names]
        self.config = load_config(self.configs).study
        self.database = create_database(server, f"identity_{encoder}_{folder.name}")
        whole = load_config(self.configs)
        objective = load_objective(whole, Paths.of(whole, folder))
        prepare_study(
            self.config, self.database.url(), {}, study_fingerprint(self.config, objective)
        )

    def run(self, is_mortal: bool) -> int | None:
        """One worker process; gives its exit code."""
        process = FORKS.Process(
            target=work, args=(self.folder, self.database.url(), self.configs, is_mortal)
        )
        process.start()
        process.join(300)
        return process.exitcode

    def truncate_newest(self, number: int) -> None:
        trial = self.folder / "outputs" / self.config.name / "checkpoints" / f"trial-{number}"
        newest = CheckpointFolder(trial)._listed()[0][2]
        os.truncate(newest, newest.stat().st_size - 100)

    def trials(self) -> list[dict[str, Any]]:
        opened = open_study(self.config, self.database.url(), {})
        return [_without_time_and_place(t) for t in opened.study.get_trials(deepcopy=False)]

    def last_checkpoint(self, number: int) -> tuple[dict[str, Any], list[Any]]:
        (newest,) = CheckpointFolder(self.folder / "kept" / f"trial-{number}")._listed()[:1]
        saved = _read(newest[2])
        assert saved is not None
        header = {k: v for k, v in saved.header().items() if k != "seconds"}
        header["best_metrics"] = _timeless(header["best_metrics"])
        header["history"] = [
            {**row, "metrics": _timeless(row.get("metrics", {}))} for row in header["history"]
        ]
        leaves, shape = tree_flatten(torch.load(io.BytesIO(saved.state), weights_only=True))
        return header, [*leaves, str(shape)]


def _timeless(metrics: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metrics.items() if name != "epoch_seconds"}


def _without_time_and_place(trial: optuna.trial.FrozenTrial) -> dict[str, Any]:
    result = {k: v for k, v in trial.user_attrs["result"].items() if k not in ("seconds", "host")}
    result["metrics"] = _timeless(result["metrics"])
    return {
        "number": trial.number,
        "state": trial.state.name,
        "value": trial.values,
        "params": trial.params,
        "reports": trial.intermediate_values,
        "notes": dict(trial.system_attrs),
        "result": result,
    }


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("encoder", ["cnn", "context"])
def test_a_sweep_killed_after_every_epoch_is_bit_identical_to_an_uninterrupted_one(
    prepared: Path, tmp_path: Path, database_server: Database, encoder: str
) -> None:
    whole, killed = (
        Study(prepared, tmp_path / name, database_server, encoder) for name in ("whole", "killed")
    )
    assert whole.run(is_mortal=False) == 0
    deaths = tmp_path / "killed" / "deaths.log"
    n_truncated = 0
    while (ended := killed.run(is_mortal=True)) != 0:
        assert ended == -signal.SIGKILL, (tmp_path / "killed" / "worker.log").read_text()[-3000:]
        number, epoch, _ = deaths.read_text().split()[-1].split(":")
        if f"{number}:{epoch}" in TRUNCATED:
            killed.truncate_newest(int(number))
            n_truncated += 1

    trials = whole.trials()
    assert killed.trials() == trials
    n_epochs = sum(len(trial["reports"]) for trial in trials)
    died = [line.split(":") for line in deaths.read_text().split()]
    # A checkpoint that was cut short makes an epoch run again; nobody dies twice in one.
    assert len(died) == n_epochs and len({(n, e) for n, e, _ in died}) == n_epochs
    assert {moment for _, _, moment in died} == set(MOMENTS)
    assert n_truncated
    print(
        f"{encoder}: {Counter(t['state'] for t in trials)}, {n_epochs} epochs, {len(died)} deaths"
    )
    assert {trial["state"] for trial in trials} == {"COMPLETE", "PRUNED"}
    for trial in trials:
        assert_equal(killed.last_checkpoint, whole.last_checkpoint, trial["number"])


def assert_equal(
    found: Callable[[int], tuple[dict[str, Any], list[Any]]],
    wanted: Callable[[int], tuple[dict[str, Any], list[Any]]],
    number: int,
) -> None:
    """Every bit of the model, the optimizer and the scheduler, and everything said beside them."""
    (header, leaves), (wanted_header, wanted_leaves) = found(number), wanted(number)
    assert header | {"size_bytes": 0} == wanted_header | {"size_bytes": 0}
    for value, other in zip(leaves, wanted_leaves, strict=True):
        if isinstance(other, torch.Tensor):
            assert value.dtype == other.dtype and torch.equal(value, other)
        else:
            assert value == other
