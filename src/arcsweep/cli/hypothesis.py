"""``arcsweep hypothesis`` and ``arcsweep adoption``: changed trials, judged on folds."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption

_Group = Annotated[str, typer.Option(help="Choice of selection.by, such as cnn.")]
_Fold = Annotated[int, typer.Option(help="Number of the fold through all repeats, from 0.")]


def hypothesis(
    name: Annotated[str, typer.Option(help="Of a hypothesis in the config.")],
    group: _Group,
    fold: _Fold,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Train a selected trial with a hypothesis's change, and judge it on a fold."""
    from arcsweep.config.load import load_config
    from arcsweep.hypotheses.slot import run_hypothesis

    run_hypothesis(load_config(config), name, group, fold)


def adoption(
    group: _Group,
    rank: Annotated[int, typer.Option(help="Rank of the hypotheses' base, from 1.")],
    fold: _Fold,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Train the base with all that other folds' tasks adopt, and judge it on a fold."""
    from arcsweep.config.load import load_config
    from arcsweep.hypotheses.adoption import run_adopted

    run_adopted(load_config(config), group, rank, fold)
