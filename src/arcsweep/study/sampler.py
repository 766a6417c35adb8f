"""A sampler whose randomness depends on the trial, not on the worker that runs it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from arcsweep.config.study import SamplerConfig


def trial_seed(seed: int, number: int) -> int:
    """Seed of trial ``number`` in a study seeded with ``seed``; 32 bits, well mixed.

    numpy.random.SeedSequence: the same pair gives the same seed on every platform.
    """
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


class TrialSeededSampler(BaseSampler):
    """Gives each trial a sampler of its own, seeded with (study seed, trial number).

    Workers that share a seed so never draw equal trials, and a trial draws the same whoever runs
    it. The first ``n_startup_trials`` trials of the whole study are random; Optuna's own setting
    counts per Hyperband bracket.
    """

    def __init__(
        self, make_sampler: Callable[[int], BaseSampler], n_startup_trials: int, seed: int
    ) -> None:
        self._make_sampler = make_sampler
        self._n_startup_trials = n_startup_trials
        self._seed = seed
        self._current: tuple[int, BaseSampler] | None = None

    def _of(self, trial: FrozenTrial) -> BaseSampler:
        if self._current is None or self._current[0] != trial.number:
            seed = trial_seed(self._seed, trial.number)
            is_startup = trial.number < self._n_startup_trials
            sampler = RandomSampler(seed=seed) if is_startup else self._make_sampler(seed)
            self._current = (trial.number, sampler)
        return self._current[1]

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """As :class:`optuna.samplers.BaseSampler`."""
        return self._of(trial).infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """As :class:`optuna.samplers.BaseSampler`."""
        return self._of(trial).sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """As :class:`optuna.samplers.BaseSampler`."""
        return self._of(trial).sample_independent(study, trial, param_name, param_distribution)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """As :class:`optuna.samplers.BaseSampler`."""
        self._of(trial).before_trial(study, trial)

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """As :class:`optuna.samplers.BaseSampler`."""
        self._of(trial).after_trial(study, trial, state, values)


def make_sampler(config: SamplerConfig) -> TrialSeededSampler:
    """The sampler that ``config`` describes."""

    def tpe(seed: int) -> BaseSampler:
        return TPESampler(
            seed=seed,
            # One trial must exist to model; the start-up count itself is ours.
            n_startup_trials=1,
            multivariate=config.multivariate,
            group=config.group,
            constant_liar=config.constant_liar,
        )

    def random(seed: int) -> BaseSampler:
        return RandomSampler(seed=seed)

    return TrialSeededSampler(
        tpe if config.name == "tpe" else random, config.n_startup_trials, config.seed
    )
