"""``arcsweep dashboard``: optuna-dashboard on the study."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def dashboard(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")
    ] = 8080,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show the study in optuna-dashboard, for a browser on this machine only."""
    from arcsweep.config.load import load_config
    from arcsweep.live.dashboard import serve

    serve(load_config(config), port)
