"""`arcsweep labels`: the taxonomy category of each task."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def labels(
    config: ConfigOption = DEFAULT_CONFIG,
    show: Annotated[
        str | None,
        typer.Option(
            "--show", metavar="TASK_ID", help="Only say which label this task has, and why."
        ),
    ] = None,
) -> None:
    """Label every task, derived from its program or from your own file; write labels.json."""
    from pathlib import Path

    from arcsweep.config.load import load_config
    from arcsweep.labels.derive import derive_labels
    from arcsweep.labels.record import load_labels, write_labels
    from arcsweep.labels.show import counts_table, evidence_lines
    from arcsweep.labels.user_file import labels_from_file
    from arcsweep.paths import Paths
    from arcsweep.tasks.manifest import read_manifest

    settings = load_config(config)
    paths = Paths.of(settings)
    if show is not None:
        typer.echo(evidence_lines(load_labels(paths.labels), show))
        return
    task_ids = read_manifest(paths.manifest).tasks
    file = settings.labels.file
    found = labels_from_file(Path(file), task_ids) if file else derive_labels(task_ids)
    write_labels(paths.labels, found)
    counts_table(found)
    typer.echo(f"written to {paths.labels}")
