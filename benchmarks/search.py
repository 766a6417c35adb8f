"""Which sampler and pruner find good configurations soonest, on the surrogate of the study.

    python benchmarks/search.py [--repeats 30] [--trials 150]

Each strategy runs the same budget ``repeats`` times with seeds of its own, WORKERS trials at a time
and epoch by epoch, pruned and stopped early as in the study. Two figures, after 50 and after all
trials: the best value that the study saw, and what that configuration is worth without the luck of
its run (the surrogate's mean; what an extended run would show). Intervals are 95 % of the mean over
repetitions; differences from the seed's settings are Welch's.
"""

import json
import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import optuna
import typer
from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, MedianPruner, NopPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from scipy import stats

import surrogate
from arcsweep.config.load import load_config
from arcsweep.config.study import PrunerConfig, SamplerConfig
from arcsweep.study.pruner import make_pruner
from arcsweep.study.sampler import make_sampler
from arcsweep.study.space import Space
from arcsweep.training.run import epochs_since_best

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 8
EARLY = 50
PATIENCE = 4


@dataclass(frozen=True)
class Strategy:
    """A sampler and a pruner, made anew from a seed for each repetition."""

    name: str
    sampler: Callable[[int], BaseSampler]
    pruner: Callable[[], BasePruner]


def ours(name: str, sampler: dict[str, Any], pruner: dict[str, Any]) -> Strategy:
    """Settings that a config can have."""
    return Strategy(
        name,
        lambda seed: make_sampler(SamplerConfig(**{**sampler, "seed": seed})),
        lambda: make_pruner(PrunerConfig(**pruner)),
    )


HYPERBAND = {"name": "hyperband", "min_resource": 3, "max_resource": 20, "reduction_factor": 3}
NONE = {"name": "none"}
TPE = {"name": "tpe", "n_startup_trials": 25, "multivariate": True, "constant_liar": True}

STRATEGIES = (
    Strategy("random search", lambda seed: RandomSampler(seed=seed), NopPruner),
    Strategy("Optuna's defaults", lambda seed: TPESampler(seed=seed), MedianPruner),
    ours("the seed's settings", {**TPE, "group": False}, HYPERBAND),
    ours("seed's, not pruned", {**TPE, "group": False}, NONE),
    ours("grouped, not pruned", {**TPE, "group": True}, NONE),
    ours("grouped, 10 start-up, not pruned", {**TPE, "group": True, "n_startup_trials": 10}, NONE),
    ours("grouped, hyperband", {**TPE, "group": True}, HYPERBAND),
    ours(
        "grouped, one bracket from epoch 7",
        {**TPE, "group": True},
        {**HYPERBAND, "min_resource": 7},
    ),
)
SEEDS = "the seed's settings"


@dataclass
class _Running:
    trial: optuna.Trial
    params: dict[str, Any]
    curve: Any
    seen: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """After some trials: best value seen, worth of that configuration, epochs trained so far."""

    seen: float
    worth: float
    epochs: int


def search(name: str, seed: int, n_trials: int) -> dict[int, Outcome]:
    """One repetition of a strategy; outcomes after EARLY and after all trials."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", ExperimentalWarning)  # one a trial of a grouped sampler
    strategy = next(s for s in STRATEGIES if s.name == name)
    stand_in, space = surrogate.load(), _space()
    study = optuna.create_study(
        study_name=f"{name}-{seed}",  # Hyperband's brackets are hashes of it
        direction="maximize",
        sampler=strategy.sampler(seed),
        pruner=strategy.pruner(),
    )
    running: list[_Running] = []
    finished, asked, epochs = 0, 0, 0
    best, worth, outcomes = -1.0, 0.0, {}
    while finished < n_trials:
        while len(running) < WORKERS and asked < n_trials:
            trial = study.ask()
            params = space.suggest(trial)
            running.append(_Running(trial, params, stand_in.curve(params)))
            asked += 1
        for run in list(running):
            run.seen.append(float(run.curve[len(run.seen)]))
            epochs += 1
            run.trial.report(run.seen[-1], len(run.seen))
            pruned = run.trial.should_prune()
            whole = len(run.seen) == surrogate.EPOCHS or epochs_since_best(run.seen) >= PATIENCE
            if not pruned and not whole:
                continue
            running.remove(run)
            finished += 1
            if whole:
                study.tell(run.trial, max(run.seen))
            else:
                study.tell(run.trial, state=optuna.trial.TrialState.PRUNED)
            if max(run.seen) > best:
                best, worth = max(run.seen), float(stand_in.mean(run.params).max())
            if finished in (EARLY, n_trials):
                outcomes[finished] = Outcome(best, worth, epochs)
    return outcomes


def _space() -> Space:
    config = load_config([ROOT / "config.yaml", ROOT / "overlays" / "table.yaml"])
    return Space(config.study.space)


def rows(found: dict[str, list[dict[int, Outcome]]]) -> list[dict[str, Any]]:
    """One row a strategy: means with intervals, and the difference from the seed's settings."""
    made = []
    for name, outcomes in found.items():
        row: dict[str, Any] = {"strategy": name, "repetitions": len(outcomes)}
        for after in sorted(outcomes[0]):
            for kind in ("seen", "worth"):
                values = np.array([getattr(o[after], kind) for o in outcomes])
                base = np.array([getattr(o[after], kind) for o in found[SEEDS]])
                row[f"{kind} after {after}"] = _interval(values)
                if name != SEEDS and kind == "worth":
                    row[f"gain after {after}"] = _difference(values, base)
            row[f"epochs after {after}"] = round(
                float(np.mean([o[after].epochs for o in outcomes]))
            )
        made.append(row)
    return made


def _interval(values: Any) -> str:
    low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    return f"{100 * values.mean():.2f} ({100 * low:.2f} to {100 * high:.2f})"


def _difference(values: Any, base: Any) -> str:
    low, high = stats.ttest_ind(values, base, equal_var=False).confidence_interval(0.95)
    return f"{100 * (values.mean() - base.mean()):+.2f} ({100 * low:+.2f} to {100 * high:+.2f})"


def compare(
    repeats: int, n_trials: int, strategies: Sequence[Strategy] = STRATEGIES
) -> list[dict[str, Any]]:
    """One row a strategy, the seed's settings among them; on all cores."""
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = {
            s.name: [pool.submit(search, s.name, 1000 + seed, n_trials) for seed in range(repeats)]
            for s in strategies
        }
        found = {name: [job.result() for job in waiting] for name, waiting in jobs.items()}
    return rows(found)


def main(
    repeats: Annotated[int, typer.Option(min=2)] = 30,
    trials: Annotated[int, typer.Option(min=EARLY + 1)] = 150,
) -> None:
    for row in compare(repeats, trials):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    typer.run(main)
