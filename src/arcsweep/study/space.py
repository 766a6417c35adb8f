"""The search space: what a trial samples, in which order and under which conditions."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import Trial

from arcsweep.config.conditions import (
    SpaceConfig,
    allowed_by,
    contains,
    dependency_order,
    same,
    values_of,
)
from arcsweep.config.space import (
    CategoricalConfig,
    Choice,
    FloatConfig,
    IntConfig,
    ParameterConfig,
)
from arcsweep.protocol import ParamValue


class Space:
    """A validated search space; knows nothing of what its parameters mean.

    parameters: name → settings, in the order in which they were written.
    order: names with every parent before its children, the same for any order of writing, so
    that equal fingerprints also draw equal trials.
    """

    def __init__(self, parameters: SpaceConfig) -> None:
        """``parameters`` is ``config.study.space``, which the config has already validated."""
        self.parameters = dict(parameters)
        self.order = tuple(dependency_order(dict(sorted(self.parameters.items()))))

    def distributions(self) -> dict[str, BaseDistribution]:
        """Parameter → its Optuna distribution, conditional parameters included."""
        return {name: _distribution(self.parameters[name]) for name in self.order}

    def suggest(self, trial: Trial) -> dict[str, ParamValue]:
        """Sample every parameter that is active in ``trial``; the values as sampled.

        Parameters that the trial already holds keep their values (Optuna answers a repeated
        suggestion with the first one), so a trial left half sampled can be completed.
        """
        values: dict[str, ParamValue] = {}
        for name in self.order:
            if self.is_active(name, values):
                values[name] = _suggest(trial, name, self.parameters[name])
        return values

    def is_active(self, name: str, params: Mapping[str, ParamValue]) -> bool:
        """Whether the parents' values in ``params`` let ``name`` be sampled."""
        return all(
            parent in params and contains(allowed, params[parent])
            for parent, allowed in allowed_by(self.parameters[name]).items()
        )

    def active(self, params: Mapping[str, ParamValue]) -> tuple[str, ...]:
        """The parameters that ``params`` make active, parents before children."""
        values = dict(params)
        names = []
        for name in self.order:
            if self.is_active(name, values):
                names.append(name)
            else:
                values.pop(name, None)  # the value of an inactive parent decides nothing
        return tuple(names)

    def is_complete(self, params: Mapping[str, ParamValue]) -> bool:
        """Whether every active parameter has a value; False for a trial left half sampled."""
        return all(name in params for name in self.active(params))

    def effective(self, params: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
        """What ``params`` mean: exactly 0.0 below ``zero_below``, and the declared Python types.

        Names that the space does not have pass unchanged.
        """
        return {
            name: _effective(self.parameters[name], value) if name in self.parameters else value
            for name, value in params.items()
        }

    def admits(self, name: str, value: ParamValue) -> bool:
        """Whether the parameter ``name`` could have been sampled with ``value``."""
        parameter = self.parameters[name]
        discrete = values_of(parameter)
        if discrete is not None:
            return contains(discrete, value)
        assert isinstance(parameter, FloatConfig)  # the only kind without discrete values
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and parameter.low <= float(value) <= parameter.high

    def as_declared(self, name: str, value: ParamValue) -> ParamValue:
        """``value``, as sampled, in the Python type that the space declares for ``name``."""
        parameter = self.parameters[name]
        match parameter:
            case CategoricalConfig():
                return _declared(parameter, value)
            case IntConfig():
                return int(value)
            case FloatConfig():
                return float(value)

    def n_discrete(self, switch: str) -> dict[Choice, int]:
        """Combinations of discrete values for each choice of the categorical ``switch``.

        Continuous parameters do not count. Raises ValueError when ``switch`` is not a
        categorical parameter without condition.
        """
        parameter = self.parameters.get(switch)
        if not isinstance(parameter, CategoricalConfig) or parameter.when:
            raise ValueError(f"{switch} must be a categorical parameter without condition")
        return {choice: self._count(self.order, {switch: choice}) for choice in parameter.choices}

    def meaning(self) -> str:
        """JSON of what the space means, the same whatever the order of keys."""
        return json.dumps(
            {name: _meaning(parameter) for name, parameter in self.parameters.items()},
            sort_keys=True,
        )

    def fingerprint(self) -> str:
        """SHA-256 in hex of :meth:`meaning`."""
        return hashlib.sha256(self.meaning().encode()).hexdigest()

    def _count(self, names: tuple[str, ...], values: dict[str, ParamValue]) -> int:
        """Combinations of ``names`` (in dependency order), given their parents' ``values``."""
        product = 1
        for index, name in enumerate(names):
            choices = values_of(self.parameters[name])
            if name in values or choices is None or not self.is_active(name, values):
                continue
            deciding = self._deciding_values(name)
            if not deciding:
                product *= len(choices)
                continue
            rest = names[index + 1 :]
            total = sum(self._count(rest, {**values, name: value}) for value in deciding)
            others = len(choices) - len(deciding)
            if others:  # they are all alike: no condition names them
                total += others * self._count(rest, values)
            return product * total
        return product

    def _deciding_values(self, parent: str) -> list[Choice]:
        """The values of ``parent`` that some condition names, each once."""
        named: list[Choice] = []
        for parameter in self.parameters.values():
            for value in allowed_by(parameter).get(parent, ()):
                if not contains(named, value):
                    named.append(value)
        return named


def _distribution(parameter: ParameterConfig) -> BaseDistribution:
    match parameter:
        case CategoricalConfig():
            return CategoricalDistribution(parameter.choices)
        case IntConfig():
            return IntDistribution(
                parameter.low, parameter.high, log=parameter.log, step=parameter.step
            )
        case FloatConfig():
            return FloatDistribution(parameter.low, parameter.high, log=parameter.log)


def _suggest(trial: Trial, name: str, parameter: ParameterConfig) -> ParamValue:
    match parameter:
        case CategoricalConfig():
            chosen = trial.suggest_categorical(name, parameter.choices)
            return next(choice for choice in parameter.choices if choice == chosen)
        case IntConfig():
            return trial.suggest_int(
                name, parameter.low, parameter.high, step=parameter.step, log=parameter.log
            )
        case FloatConfig():
            return trial.suggest_float(name, parameter.low, parameter.high, log=parameter.log)


def _effective(parameter: ParameterConfig, value: ParamValue) -> ParamValue:
    match parameter:
        case CategoricalConfig():
            return _declared(parameter, value)
        case IntConfig():
            return int(value)
        case FloatConfig():
            below = parameter.zero_below
            return 0.0 if below is not None and float(value) < below else float(value)


def _declared(parameter: CategoricalConfig, value: ParamValue) -> ParamValue:
    """The choice that equals ``value``, so that a 4.0 read from a table is the 4 of the config."""
    equal = (choice for choice in parameter.choices if same(choice, value))
    return next(equal, value)


def _meaning(parameter: ParameterConfig) -> dict[str, Any]:
    # Without defaults: a setting that a later version adds must not change what is known.
    meaning = parameter.model_dump(mode="json", exclude={"when"}, exclude_defaults=True)
    conditions = allowed_by(parameter).items()
    meaning["when"] = {parent: sorted(map(json.dumps, values)) for parent, values in conditions}
    return meaning
