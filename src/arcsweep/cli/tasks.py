"""The verb `tasks`."""

import os
from typing import Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption

ProcessesOption = Annotated[
    int | None,
    typer.Option(
        "--processes",
        min=1,
        help="Processes that generate tasks; the data are the same with any number.",
        show_default="as many as CPUs may be used",
    ),
]


def tasks(config: ConfigOption = DEFAULT_CONFIG, processes: ProcessesOption = None) -> None:
    """Generate the ARC tasks, or check your own; write their manifest and array cache."""
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths
    from arcsweep.tasks.prepare import prepare_tasks

    settings = load_config(config)
    paths = Paths.of(settings)
    # Under a scheduler a job may use fewer CPUs than the machine has.
    n_processes = processes or len(os.sched_getaffinity(0))
    arrays = prepare_tasks(settings.tasks, paths, n_processes=n_processes)
    print(
        f"{len(arrays.task_ids)} tasks with {len(arrays.shapes)} examples in {paths.data_dir} "
        f"(content {arrays.content_hash[:12]})"
    )
