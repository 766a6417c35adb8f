"""``arcsweep check``: are the user's own files sound."""

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Check your own files (tasks, labels, centroids) as every run does before it starts."""
    from arcsweep.config.load import load_config
    from arcsweep.inputs import check_inputs

    for line in check_inputs(load_config(config)) or ["the config names no files of your own"]:
        typer.echo(line)
