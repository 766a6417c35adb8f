"""A sampler whose randomness depends on the trial, not on the worker that runs it."""

import copy
import zlib
from collections.abc import Callable, Container, Sequence
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from arcsweep.config.study import SamplerConfig


def trial_seed(seed: int, number: int, *more: int) -> int:
    """Seed of trial ``number`` in a study seeded with ``seed``; 32 bits, well mixed.

    numpy.random.SeedSequence: the same numbers give the same seed on every platform.
    """
    return int(np.random.SeedSequence([seed, number, *more]).generate_state(1)[0])


class _SeenStudy:
    """A study as a sampler sees it while it draws one trial.

    Its trials are read once: Optuna reads all RUNNING ones anew for every parameter, which with a
    thousand of them took a hundred times as long as the sampling. Trials of an earlier study come
    before its own, with numbers of the joint sequence, because TPE weighs trials by their age and
    knows them apart by number. Only the sampler gets this view; all others see the study.
    """

    def __init__(self, study: Study, copies: Sequence[FrozenTrial]) -> None:
        self._study = study
        self._copies = copies
        self._read: list[FrozenTrial] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._study, name)

    def _get_trials(
        self,
        deepcopy: bool = True,
        states: Container[TrialState] | None = None,
        use_cache: bool = False,
    ) -> list[FrozenTrial]:
        if self._read is None:
            own = self._study._get_trials(False, None, use_cache)
            self._read = [*self._copies, *(self.renumbered(trial) for trial in own)]
        chosen = [trial for trial in self._read if states is None or trial.state in states]
        return copy.deepcopy(chosen) if deepcopy else chosen

    def get_trials(
        self, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        return self._get_trials(deepcopy, states)

    @property
    def trials(self) -> list[FrozenTrial]:
        return self._get_trials()

    def renumbered(self, trial: FrozenTrial) -> FrozenTrial:
        """``trial`` of the study with its number in the joint sequence."""
        if not self._copies:
            return trial
        shifted = copy.copy(trial)
        shifted.number = trial.number + len(self._copies)
        return shifted


class TrialSeededSampler(BaseSampler):
    """Gives each trial a sampler of its own, seeded with (study seed, trial number).

    Workers that share a seed so never draw equal trials, and a trial draws the same whoever runs
    it. The first ``n_startup_trials`` trials of the whole study are random; Optuna's own setting
    counts per Hyperband bracket.

    copies: finished trials of an earlier study, numbered from 0, that inform the sampler. They
        count as start-up trials: what those are to tell, they tell already.
    origin: a number of the earlier study, so that the same seed does not draw its trials again.
    """

    def __init__(
        self,
        make_sampler: Callable[[int], BaseSampler],
        n_startup_trials: int,
        seed: int,
        copies: Sequence[FrozenTrial] = (),
        origin: int | None = None,
    ) -> None:
        self._make_sampler = make_sampler
        self._n_startup_trials = n_startup_trials
        self._seed = seed
        self._copies = copies
        self._origin = () if origin is None else (origin,)
        self._current: tuple[int, BaseSampler] | None = None
        self._view: tuple[tuple[int, int, int], _SeenStudy] | None = None

    def _of(self, trial: FrozenTrial) -> BaseSampler:
        if self._current is None or self._current[0] != trial.number:
            seed = trial_seed(self._seed, trial.number, *self._origin)
            is_startup = trial.number + len(self._copies) < self._n_startup_trials
            sampler = RandomSampler(seed=seed) if is_startup else self._make_sampler(seed)
            self._current = (trial.number, sampler)
        return self._current[1]

    def _seen(self, study: Study, trial: FrozenTrial) -> tuple[Any, FrozenTrial]:
        """Study and trial as the trial's own sampler sees them."""
        drawn = (id(study._storage), study._study_id, trial.number)
        if self._view is None or self._view[0] != drawn:
            self._view = (drawn, _SeenStudy(study, self._copies))
        seen = self._view[1]
        return seen, seen.renumbered(trial)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """As :class:`optuna.samplers.BaseSampler`."""
        return self._of(trial).infer_relative_search_space(*self._seen(study, trial))

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """As :class:`optuna.samplers.BaseSampler`."""
        return self._of(trial).sample_relative(*self._seen(study, trial), search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """As :class:`optuna.samplers.BaseSampler`."""
        return self._of(trial).sample_independent(
            *self._seen(study, trial), param_name, param_distribution
        )

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


def make_sampler(
    config: SamplerConfig, copies: Sequence[FrozenTrial] = (), source: str | None = None
) -> TrialSeededSampler:
    """The sampler that ``config`` describes, informed by ``copies`` of study ``source``."""

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
        tpe if config.name == "tpe" else random,
        config.n_startup_trials,
        config.seed,
        copies,
        None if source is None else zlib.crc32(source.encode()),
    )
