"""A base with something changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from arcsweep.config.classifier_rules import NEEDS
from arcsweep.config.training import TrainingConfig
from arcsweep.protocol import Params, ParamValue


@dataclass(frozen=True)
class Variant:
    """What a run trains with. same: as the base does; the change says nothing new."""

    params: Params
    settings: TrainingConfig
    same: bool


def changed(params: Params, settings: TrainingConfig, change: Mapping[str, ParamValue]) -> Variant:
    """The base of ``params`` and ``settings`` with the values of ``change``.

    change: parameters of the model and keys of training, valid as
        :mod:`arcsweep.config.hypothesis_rules` has it. A change that gives what the base has leaves
        it untouched, so that its run is the base's own.
    """
    of_model = {n: v for n, v in change.items() if n in NEEDS and _has(params, n) != v}
    of_training = {n: v for n, v in change.items() if n not in NEEDS}
    return Variant(
        {**params, **of_model},
        (after := TrainingConfig.model_validate({**settings.model_dump(), **of_training})),
        same=not of_model and after == settings,
    )


def _has(params: Params, name: str) -> ParamValue | None:
    """The base's value; an optional parameter that it lacks is off."""
    return params.get(name, False if NEEDS[name].optional else None)
