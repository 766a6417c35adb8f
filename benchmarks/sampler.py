"""What sampling costs as trials grow: a worker's start, and each new trial, up to 10,000.

    python benchmarks/sampler.py [--trials 100 --trials 10000] [--running 0] [--repeats 5]

The study's space and sampler are config.yaml's; its trials are random and stand in a real
PostgreSQL. Timed is one process: reading all trials for the first time (once a worker), and asking
for a trial with all its parameters (once a trial). ``running`` trials more are in the hands of
workers that are not there: each new trial reads them again.
"""

import json
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import optuna
import typer
from optuna.storages import RDBStorage
from optuna.storages._rdb import models
from optuna.trial import TrialState
from sqlalchemy import insert

from arcsweep.config.load import load_config
from arcsweep.config.study import StudyConfig
from arcsweep.storage.engine import engine_options
from arcsweep.study.pruner import make_pruner
from arcsweep.study.sampler import make_sampler
from arcsweep.study.space import Space
from server import Server, serving

CONFIG = Path(__file__).resolve().parents[1] / "config.yaml"
EPOCHS = 20
BEGIN = datetime(2026, 1, 1)
FINITE_STEP = models.TrialIntermediateValueModel.TrialIntermediateValueType.FINITE
FINITE_VALUE = models.TrialValueModel.TrialValueType.FINITE


def fill(storage: RDBStorage, config: StudyConfig, n_trials: int, n_running: int) -> None:
    """A study of ``n_trials`` random finished trials and ``n_running`` half-way ones, written as
    rows (Optuna's own way of adding them takes minutes)."""
    plain = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study = optuna.create_study(study_name=config.name, storage=storage, direction="maximize")
    space, rng = Space(config.space), np.random.default_rng(0)
    rows: dict[Any, list[dict[str, Any]]] = {
        model: []
        for model in (
            models.TrialModel,
            models.TrialParamModel,
            models.TrialValueModel,
            models.TrialIntermediateValueModel,
        )
    }
    for number in range(n_trials + n_running):
        finished = number < n_trials
        trial = plain.ask()
        space.suggest(trial)
        frozen, key = trial._get_latest_trial(), number + 1
        began = BEGIN + timedelta(seconds=number)
        rows[models.TrialModel].append(
            {"trial_id": key, "number": number, "study_id": study._study_id,
             "state": TrialState.COMPLETE if finished else TrialState.RUNNING,
             "datetime_start": began, "datetime_complete": began if finished else None}
        )  # fmt: skip
        rows[models.TrialParamModel] += [
            {"trial_id": key, "param_name": name, "distribution_json": text,
             "param_value": frozen.distributions[name].to_internal_repr(value)}
            for name, value in frozen.params.items()
            for text in [optuna.distributions.distribution_to_json(frozen.distributions[name])]
        ]  # fmt: skip
        curve = rng.uniform(0.2, 0.5) * (1 - 0.8 ** np.arange(1, EPOCHS + 1))
        rows[models.TrialIntermediateValueModel] += [
            {"trial_id": key, "step": step, "intermediate_value": value,
             "intermediate_value_type": FINITE_STEP}
            for step, value in enumerate(curve.tolist()[: None if finished else EPOCHS // 2], 1)
        ]  # fmt: skip
        if not finished:
            continue
        rows[models.TrialValueModel].append(
            {"trial_id": key, "objective": 0, "value": float(curve.max()),
             "value_type": FINITE_VALUE}
        )  # fmt: skip
    with storage.engine.begin() as connection:
        for model, some in rows.items():
            connection.execute(insert(model.__table__), some)
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('trials', 'trial_id'), max(trial_id)) FROM trials"
        )


def measure(
    server: Server, config: StudyConfig, n_trials: int, n_running: int, repeats: int
) -> dict[str, Any]:
    """Seconds of both, and the server's part of the second."""
    database = server.database
    storage = RDBStorage(database.url(), engine_kwargs=engine_options(database))
    fill(storage, config, n_trials, n_running)
    space = Space(config.space)
    storage = optuna.storages._CachedStorage(
        RDBStorage(database.url(), engine_kwargs=engine_options(database))
    )
    study = optuna.load_study(
        study_name=config.name,
        storage=storage,
        sampler=make_sampler(config.sampler),
        pruner=make_pruner(config.pruner),
    )
    began = time.perf_counter()
    study.get_trials(deepcopy=False)
    load_s = time.perf_counter() - began
    seconds, server_s = [], server.cpu_s()
    for _ in range(repeats):
        began = time.perf_counter()
        space.suggest(study.ask())
        seconds.append(time.perf_counter() - began)
    return {
        "finished": n_trials,
        "running": n_running,
        "first reading, s": round(load_s, 2),
        "a new trial, s": round(statistics.median(seconds), 3),
        "lowest to highest": f"{min(seconds):.3f} to {max(seconds):.3f}",
        "of it server, s": round((server.cpu_s() - server_s) / repeats, 3),
    }


def cost(n_trials: int, n_running: int, repeats: int) -> dict[str, Any]:
    """:func:`measure` on a server of its own."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    config = load_config([CONFIG]).study
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        serving(Path(name)) as server,
    ):
        return measure(server, config, n_trials, n_running, repeats)


def main(
    trials: Annotated[list[int] | None, typer.Option(help="Trials there are; repeat.")] = None,
    running: Annotated[int, typer.Option(min=0, help="Trials in other hands.")] = 0,
    repeats: Annotated[int, typer.Option(min=1, help="New trials that are timed.")] = 5,
) -> None:
    for n_trials in trials or [150, 1000, 3000, 10_000]:
        print(json.dumps(cost(n_trials, running, repeats)), flush=True)


if __name__ == "__main__":
    typer.run(main)
