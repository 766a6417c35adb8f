"""The groups that are selected from separately: the choices of one categorical parameter."""

from collections.abc import Mapping

from arcsweep.config.space import CategoricalConfig, Choice, ParameterConfig
from arcsweep.errors import ConfigError


def group_name(choice: Choice) -> str:
    """Name of a choice in records and file names; booleans as YAML writes them."""
    return str(choice).lower() if isinstance(choice, bool) else str(choice)


def group_names(space: Mapping[str, ParameterConfig], by: str) -> tuple[str, ...]:
    """Names of the choices of ``by``, in the config's order.

    Raises ConfigError when ``by`` is not a categorical parameter of the space.
    """
    return tuple(group_name(choice) for choice in group_choices(space, by))


def group_choices(space: Mapping[str, ParameterConfig], by: str) -> tuple[Choice, ...]:
    """The choices of ``by``; raises ConfigError as :func:`group_names`."""
    parameter = space.get(by)
    if not isinstance(parameter, CategoricalConfig):
        categorical = [name for name, p in space.items() if isinstance(p, CategoricalConfig)]
        raise ConfigError(
            f"selection.by must name a categorical parameter of study.space, got {by!r};"
            f" choose one of {', '.join(categorical) or '(there is none)'}"
        )
    return parameter.choices
