"""``arcsweep cost``: what each stage cost."""

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def cost(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Say what each stage of the study cost (CPU, GPU, memory, waiting), and write it as CSV."""
    from pathlib import Path

    from rich.console import Console

    from arcsweep.atomic import write_text
    from arcsweep.config.load import load_config
    from arcsweep.cost.study_cost import study_cost
    from arcsweep.cost.table import as_csv, as_table
    from arcsweep.paths import Paths

    settings = load_config(config)
    paths = Paths.of(settings)
    found = study_cost(paths, Path.cwd(), on_slurm=settings.workers.launcher == "slurm")
    if not found.rows:
        typer.echo(f"nothing is recorded yet of what study {paths.study} cost")
        return
    write_text(paths.cost, as_csv(found.rows))
    table = as_table(
        found.rows, f"What study {paths.study} cost", f"from {found.source}; also in {paths.cost}"
    )
    Console(width=None if Console().is_terminal else 110).print(table)
