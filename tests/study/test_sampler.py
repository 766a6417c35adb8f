import optuna
import pytest

from arcsweep.config.study import SamplerConfig
from arcsweep.study.sampler import make_sampler, trial_seed


def draws(sampler: optuna.samplers.BaseSampler, n: int) -> list[dict[str, object]]:
    study = optuna.create_study(sampler=sampler, direction="maximize")
    for _ in range(n):
        trial = study.ask()
        x = trial.suggest_float("x", 0, 1)
        trial.suggest_categorical("kind", ["a", "b", "c"])
        study.tell(trial, x)
    return [trial.params for trial in study.trials]


def test_equally_seeded_workers_draw_different_trials() -> None:
    first, second = (make_sampler(SamplerConfig(seed=42)) for _ in range(2))
    study = optuna.create_study(sampler=first)
    values = []
    for worker in (first, second, first, second):
        study.sampler = worker
        values.append(study.ask().suggest_float("x", 0, 1))
    assert len(set(values)) == 4


def test_a_trial_draws_the_same_whichever_worker_runs_it() -> None:
    config = SamplerConfig(seed=42, n_startup_trials=3)
    one = draws(make_sampler(config), 8)
    study = optuna.create_study(direction="maximize")
    for _ in range(8):
        study.sampler = make_sampler(config)  # a new worker for every trial
        trial = study.ask()
        x = trial.suggest_float("x", 0, 1)
        trial.suggest_categorical("kind", ["a", "b", "c"])
        study.tell(trial, x)
    assert [trial.params for trial in study.trials] == one


def test_startup_trials_count_over_the_whole_study_not_per_bracket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    modelled: list[int] = []
    sample = optuna.samplers.TPESampler._sample

    def spy(self, study, trial, space):  # type: ignore[no-untyped-def]
        modelled.append(trial.number)
        return sample(self, study, trial, space)

    monkeypatch.setattr(optuna.samplers.TPESampler, "_sample", spy)
    study = optuna.create_study(
        sampler=make_sampler(SamplerConfig(n_startup_trials=10)),
        pruner=optuna.pruners.HyperbandPruner(3, 20, 3),
    )
    for _ in range(16):
        trial = study.ask()
        study.tell(trial, trial.suggest_float("x", 0, 1))
    assert sorted(set(modelled)) == list(range(10, 16))


def test_seeds_differ_between_trials_and_studies() -> None:
    seeds = {trial_seed(seed, number) for seed in range(20) for number in range(200)}
    assert len(seeds) == 4000
