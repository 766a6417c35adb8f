"""Settings of the Optuna study: budget, sampler, pruner and search space."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from arcsweep.config.base import Problem, Section
from arcsweep.config.space import ParameterConfig
from arcsweep.config.space_rules import space_problems


class SamplerConfig(Section):
    """How parameters are proposed."""

    name: Literal["tpe", "random"] = "tpe"
    """tpe: Tree-structured Parzen Estimator; random: every trial at random."""
    n_startup_trials: int = Field(default=25, ge=0)
    """Random trials at the start, counted over the whole study; warm_start_from's count as such."""
    seed: int = Field(default=42, ge=0, lt=2**32)
    """Every trial draws from a state derived of this seed and its number."""
    multivariate: bool = True
    """Model the parameters that all trials share jointly (TPE)."""
    group: bool = False
    """Model conditional subspaces jointly as well (TPE)."""
    constant_liar: bool = True
    """Keep parallel workers from proposing the same region (TPE)."""

    def problems(self) -> Iterator[Problem]:
        if self.group and not self.multivariate:
            yield Problem(("group",), "must be false without multivariate, got true; change one")


class PrunerConfig(Section):
    """When a trial is stopped early for being worse than others."""

    name: Literal["hyperband", "none"] = "hyperband"
    """hyperband: successive halving in brackets; none: every trial runs to its end."""
    min_resource: int = Field(default=3, ge=1)
    """Epochs that every trial gets."""
    max_resource: int = Field(default=20, ge=1)
    """Epochs of a trial that is never pruned."""
    reduction_factor: int = Field(default=3, ge=2)
    """One in this many goes on at each rung."""

    def problems(self) -> Iterator[Problem]:
        if self.min_resource > self.max_resource:
            yield Problem(
                ("min_resource",),
                f"must not be above max_resource {self.max_resource}, got {self.min_resource}; "
                "lower it",
            )


_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"


class StudyConfig(Section):
    """One study: its name, budget and search space."""

    name: str = Field(pattern=_NAME)
    """Names the study in the database and its folder in outputs/; letters, digits and ._- only."""
    n_trials: int = Field(ge=1, le=1_000_000)
    """Finished trials (COMPLETE or PRUNED), exactly."""
    warm_start_from: str | None = Field(default=None, pattern=_NAME)
    """Study in this database whose finished trials inform a new one's sampler, and no more."""
    direction: Literal["maximize", "minimize"] = "maximize"
    """Which end of the objective is better."""
    objective: str = Field(
        default="arcsweep.training.objective:build",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$",
    )
    """Factory of the training function, as module:function."""
    max_failed: int = Field(default=3, ge=0)
    """FAIL trials (programming errors) after which workers stop."""
    max_stuck: int = Field(default=3, ge=1)
    """Owners that a trial may lose in a row without finishing an epoch before it is PRUNED."""
    sampler: SamplerConfig = SamplerConfig()
    """How parameters are proposed."""
    pruner: PrunerConfig = PrunerConfig()
    """When a trial is stopped early."""
    space: dict[str, ParameterConfig] = Field(min_length=1)
    """Parameter → distribution and condition."""

    @field_validator("space", mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        """A null takes a parameter away: an overlay cannot delete a key otherwise."""
        if not isinstance(value, Mapping):
            return value
        return {name: parameter for name, parameter in value.items() if parameter is not None}

    def problems(self) -> Iterator[Problem]:
        if self.warm_start_from == self.name:
            yield Problem(
                ("warm_start_from",),
                f"must name another study than study.name, got {self.name} for both; give the new "
                "study a new name",
            )
        for problem in space_problems(self.space):
            yield problem.below("space")
