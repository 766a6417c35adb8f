"""``arcsweep config``: what a run is told."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def config(
    config: ConfigOption = DEFAULT_CONFIG,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of a config instead.")
    ] = False,
    doc: Annotated[
        bool, typer.Option("--doc", help="Print the description of every key instead.")
    ] = False,
) -> None:
    """Print the config that the files describe, merged, validated and with every default."""
    if schema:
        from arcsweep.config.schema import schema_text

        typer.echo(schema_text(), nl=False)
    elif doc:
        from arcsweep.config.document import document

        typer.echo(document(), nl=False)
    else:
        from arcsweep.config.dump import config_text
        from arcsweep.config.load import load_config

        typer.echo(config_text(load_config(config)), nl=False)
