"""``arcsweep worker``: run trials until the budget is covered."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def worker(
    index: Annotated[int, typer.Option(min=0, help="Number of this worker, from 0.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Run trials of the study until finished and live ones reach the budget."""
    from arcsweep.config.load import load_config
    from arcsweep.workers.process import run_worker

    run_worker(load_config(config), index)
