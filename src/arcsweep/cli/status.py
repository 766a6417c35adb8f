"""``arcsweep status``: how a running study stands."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def status(
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep looking until the study is finished.")
    ] = False,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks.")] = 3.0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show how the study stands: trials, the best so far, who works on what, time left."""
    from rich.console import Console

    from arcsweep.config.load import load_config
    from arcsweep.live.watch import PLAIN_WIDTH, show
    from arcsweep.live.watch import watch as watch_study

    settings = load_config(config)
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH)
    if watch and console.is_terminal and not json:
        watch_study(settings, console, every)
    else:
        show(settings, console, as_json=json)
