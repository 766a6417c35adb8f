"""``arcsweep worker``: run trials until the budget is covered."""

from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def worker(
    index: Annotated[int | None, typer.Option(min=0, help="Number of this worker, from 0.")] = None,
    task: Annotated[
        int | None,
        typer.Option(
            min=0, help="Instead: a task of the Slurm array, with its workers.per_task workers."
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Run trials of the study until finished and live ones reach the budget."""
    from arcsweep.config.load import load_config
    from arcsweep.errors import ConfigError
    from arcsweep.workers.process import run_worker
    from arcsweep.workers.side_by_side import run_side_by_side, workers_of_task

    settings = load_config(config)
    if index is not None and task is None:
        indices = range(index, index + 1)
    elif task is not None and index is None:
        indices = workers_of_task(task, settings.workers)
    else:
        raise ConfigError("worker takes --index or --task, one of them; give the number of one")
    if len(indices) == 1:
        run_worker(settings, indices[0])  # in this process: Slurm's signals go to it
    else:
        run_side_by_side(indices, [str(file) for file in config])
