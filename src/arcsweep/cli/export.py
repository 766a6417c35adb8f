"""``arcsweep export``: a study's confirmed models as one file."""

from pathlib import Path
from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def export(
    config: ConfigOption = DEFAULT_CONFIG,
    output: Annotated[
        Path | None,
        typer.Option(
            help="The file to write; its card stands beside it as .md.",
            show_default="outputs/STUDY/model/STUDY.safetensors",
        ),
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Only models of this choice of selection.by, such as cnn.")
    ] = None,
    rank: Annotated[int | None, typer.Option(min=1, help="Only the trials of this rank.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Only the runs with this seed.")] = None,
) -> None:
    """Write the extended runs' models as one safetensors file with a model card."""
    from arcsweep.classifier.summary import held_out_line
    from arcsweep.config.load import load_config
    from arcsweep.export.study import card_path, export_study
    from arcsweep.paths import Paths

    settings = load_config(config)
    paths = Paths.of(settings)
    target = output or paths.exported_model
    exported = export_study(settings, paths, target, group, rank, seed)
    typer.echo(f"{len(exported.members)} models, {held_out_line(exported.held_out)}")
    typer.echo(f"warning: {exported.held_out.warning}")
    typer.echo(f"written to {target} and {card_path(target)}")
