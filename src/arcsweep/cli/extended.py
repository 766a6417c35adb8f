"""``arcsweep extended``: a selected trial, trained longer."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def extended(
    group: Annotated[str, typer.Option(help="Choice of selection.by, such as cnn.")],
    rank: Annotated[int, typer.Option(help="Rank of the trial within the selection, from 1.")],
    seed: Annotated[int, typer.Option(help="One of extended.seeds.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Train the selected trial of this slot, or keep its run where it was trained before."""
    from arcsweep.config.load import load_config
    from arcsweep.extended.run import run_slot

    run_slot(load_config(config), group, rank, seed)
