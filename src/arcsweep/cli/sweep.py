"""``arcsweep sweep``: the worker array of a study on Slurm, kept full until its budget is done."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def sweep(
    memory_mb: Annotated[int, typer.Option(min=1, help="Memory of a worker task, MB.")] = 14_000,
    runtime_min: Annotated[
        int, typer.Option(min=1, help="Walltime of a worker task, minutes.")
    ] = 240,
    partition: Annotated[str, typer.Option(help="Slurm partition; empty for the default.")] = "",
    account: Annotated[str, typer.Option(help="Slurm account; empty for the default.")] = "",
    gpus: Annotated[int, typer.Option(min=0, help="GPUs of a worker task.")] = 0,
    extra: Annotated[str, typer.Option(help="More arguments of sbatch, as one string.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Submit the study's workers as one Slurm array and keep it full until the budget is done."""
    import shlex

    from arcsweep.config.load import load_config
    from arcsweep.workers.submission import TaskResources, run_sweep

    resources = TaskResources(memory_mb, runtime_min, partition, account, gpus, shlex.split(extra))
    run_sweep(load_config(config), [str(file) for file in config], resources)
