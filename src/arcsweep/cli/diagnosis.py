"""`arcsweep diagnosis`: what the data themselves say about why a category fails."""

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def diagnosis(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Train forests on fewer tasks and on colours, and find each task's nearest neighbours.

    The report's category pages draw their diagnosis from it.
    """
    import typer

    from arcsweep.atomic import write_json
    from arcsweep.baseline.probes import probe_record
    from arcsweep.config.load import load_config
    from arcsweep.labels.record import load_labels
    from arcsweep.paths import Paths
    from arcsweep.tasks.arrays import load_task_arrays

    settings = load_config(config)
    paths = Paths.of(settings)
    record = probe_record(
        load_task_arrays(paths.data_dir, paths.manifest, paths.cache),
        load_labels(paths.labels).categories,
        settings.baseline,
        settings.split.seed,
    )
    write_json(paths.diagnosis, record)
    n = len(record["truth"])
    typer.echo(f"{n} tasks in {record['seconds']:.0f} s; written to {paths.diagnosis}")
