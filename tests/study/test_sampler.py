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


class Counting(optuna.storages.InMemoryStorage):
    """Counts how often all trials are read."""

    n_reads = 0

    def get_all_trials(self, *arguments: object, **more: object) -> list[optuna.trial.FrozenTrial]:
        self.n_reads += 1
        return super().get_all_trials(*arguments, **more)  # type: ignore[arg-type]


def test_the_sampler_reads_all_trials_once_however_many_parameters_a_trial_has() -> None:
    storage = Counting()
    study = optuna.create_study(
        storage=storage,
        sampler=make_sampler(SamplerConfig(n_startup_trials=2)),
        pruner=optuna.pruners.HyperbandPruner(3, 20, 3),
    )
    for number in range(6):
        before = storage.n_reads
        trial = study.ask()
        # Of the second trial on, x0 is drawn jointly; the others come up in some trials alone.
        for parameter in range(1 + number):
            trial.suggest_float(f"x{parameter}", 0, 1)
        # Study.ask reads them too: one might be waiting.
        assert storage.n_reads - before <= 2
        study.tell(trial, 0.0)


def test_a_trial_is_drawn_as_by_optunas_own_sampler_on_the_same_trials() -> None:
    ours = optuna.create_study(sampler=make_sampler(SamplerConfig(n_startup_trials=3, seed=7)))
    for number in range(9):
        trial = ours.ask()
        x = trial.suggest_float("x", 0, 1)
        if number % 2:
            trial.suggest_float("sometimes", 0, 1)
        ours.tell(trial, x)
    told = ours.get_trials()
    theirs = optuna.create_study(
        sampler=optuna.samplers.TPESampler(
            seed=trial_seed(7, 9), n_startup_trials=1, multivariate=True, constant_liar=True
        )
    )
    theirs.add_trials(told)
    drawn = []
    for study in (ours, theirs):
        trial = study.ask()
        drawn.append([trial.suggest_float("x", 0, 1), trial.suggest_float("sometimes", 0, 1)])
    assert drawn[0] == drawn[1]
