"""``arcsweep space``: what the study samples, and how much of it the budget can cover."""

from math import prod
from typing import TYPE_CHECKING

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from rich.table import Table

    from arcsweep.cli.space_notes import Note
    from arcsweep.config import Config
    from arcsweep.config.space import Choice, ParameterConfig
    from arcsweep.study.space import Space


def space(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print the search space with its conditions, its size, and the share the budget covers."""
    from rich.console import Console

    from arcsweep.cli.space_notes import specification_notes
    from arcsweep.config.load import load_config
    from arcsweep.study.space import Space

    settings = load_config(config)
    searched = Space(settings.study.space)
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(_parameters(settings, searched))
    console.print(_combinations(settings, searched))
    console.print(_coverage(settings, searched))
    notes = specification_notes(searched)
    if notes:
        console.print()
        console.print(_notes(notes))


def _parameters(config: "Config", space: "Space") -> "Table":
    """One row a parameter, a rule between groups with different conditions."""
    table = _table(f"Search space of {config.study.name}: {len(space.parameters)} parameters")
    table.add_column("parameter", no_wrap=True)
    table.add_column("sampled from", ratio=1)
    table.add_column("only in trials with")
    table.add_column("values", justify="right", no_wrap=True)
    previous: str | None = None
    for name, parameter in space.parameters.items():
        condition = _condition(parameter)
        if previous is not None and condition != previous:
            table.add_section()
        previous = condition
        table.add_row(name, _values(parameter), condition, _n_values(parameter))
    return table


def _combinations(config: "Config", space: "Space") -> "Table":
    """How many combinations the discrete parameters have, for each choice of the switch."""
    switch = config.selection.by
    counts = space.n_discrete(switch)
    table = _table("Discrete combinations")
    table.add_column(switch, no_wrap=True)
    table.add_column("number of values of each discrete parameter", ratio=1)
    table.add_column("combinations", justify="right")
    for choice, count in counts.items():
        table.add_row(str(choice), _factors(space, switch, choice, count), f"{count:,}")
    table.add_section()
    table.add_row("together", "", f"{sum(counts.values()):,}", style="bold")
    return table


def _coverage(config: "Config", space: "Space") -> str:
    """What the budget means against the number of combinations, in a sentence or two."""
    total = sum(space.n_discrete(config.selection.by).values())
    n_trials = config.study.n_trials
    continuous = [name for name, p in space.parameters.items() if p.type == "float"]
    share = n_trials / total
    covered = (
        f"The budget of {n_trials:,} trials can visit at most "
        f"{percent(share)} of the {total:,} discrete combinations."
        if share < 1.0
        else f"The budget of {n_trials:,} trials is enough for all {total:,} discrete combinations."
    )
    if continuous:
        covered += (
            f" The continuous parameters ({', '.join(continuous)}) are not counted; "
            "with them the space is infinite."
        )
    return covered


def _notes(notes: list["Note"]) -> "Table":
    table = _table("The specification of this study states other figures")
    table.add_column("figure")
    table.add_column("stated", no_wrap=True)
    table.add_column("is", no_wrap=True)
    table.add_column("because", ratio=1)
    for note in notes:
        table.add_row(note.figure, note.stated, note.correct, note.reason)
    return table


def percent(share: float) -> str:
    """``0.0072`` as ``0.72 %``: two decimals, or two significant digits below them."""
    return f"{share * 100:.2f} %" if share >= 0.0001 else f"{share * 100:.2g} %"


def _table(title: str) -> "Table":
    from rich import box
    from rich.table import Table

    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, expand=True)


def _values(parameter: "ParameterConfig") -> str:
    if parameter.type == "categorical":
        values = ", ".join(_text(choice) for choice in parameter.choices)
        return values if len(parameter.choices) > 1 else f"always {values}"
    if parameter.low == parameter.high:
        return f"always {_text(parameter.low)}"
    text = f"{parameter.type} {_text(parameter.low)} to {_text(parameter.high)}"
    if parameter.type == "int" and parameter.step > 1:
        text += f" in steps of {parameter.step}"
    if parameter.log:
        text += ", log scale"
    if parameter.type == "float" and parameter.zero_below is not None:
        text += f"; below {_text(parameter.zero_below)}: exactly 0.0"
    return text


def _condition(parameter: "ParameterConfig") -> str:
    from arcsweep.config.conditions import allowed_by

    return " and ".join(
        f"{parent} = {' or '.join(_text(value) for value in allowed)}"
        for parent, allowed in allowed_by(parameter).items()
    )


def _n_values(parameter: "ParameterConfig") -> str:
    from arcsweep.config.conditions import values_of

    values = values_of(parameter)
    return "continuous" if values is None else f"{len(values):,}"


def _factors(space: "Space", switch: str, choice: "Choice", count: int) -> str:
    """The product that gives ``count``, or nothing when conditions make it no plain product."""
    from arcsweep.config.conditions import values_of

    factors = {
        name: len(values)
        for name in space.parameters
        if name in space.active({switch: choice})
        and name != switch
        and (values := values_of(space.parameters[name])) is not None
    }
    if prod(factors.values()) != count:
        return "(conditions among them make this no plain product)"
    return " × ".join(f"{name} {n}" for name, n in factors.items())


def _text(value: "Choice") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)
