"""``arcsweep confirmation``: a selected trial, judged on a fold that selected nothing."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def confirmation(
    group: Annotated[str, typer.Option(help="Choice of selection.by, such as cnn.")],
    rank: Annotated[int, typer.Option(help="Rank of the trial within the selection, from 1.")],
    fold: Annotated[int, typer.Option(help="Number of the fold through all repeats, from 0.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Train the selected trial on the fold's training side and judge its other side."""
    from arcsweep.config.load import load_config
    from arcsweep.confirmation.run import confirm_slot

    confirm_slot(load_config(config), group, rank, fold)
