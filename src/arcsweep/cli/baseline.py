"""`arcsweep baseline`: what a random forest on simple statistics of the grids reaches."""

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def baseline(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Cross-validate a random forest and train it on the search's split."""
    import typer

    from arcsweep.atomic import write_json
    from arcsweep.baseline.record import baseline_record
    from arcsweep.config.load import load_config
    from arcsweep.labels.record import load_labels
    from arcsweep.paths import Paths
    from arcsweep.reports.forest import cross_validated
    from arcsweep.reports.scores import Resampling
    from arcsweep.reports.words import with_spread
    from arcsweep.split.split import load_split
    from arcsweep.tasks.arrays import load_task_arrays

    settings = load_config(config)
    paths = Paths.of(settings)
    record = baseline_record(
        load_task_arrays(paths.data_dir, paths.manifest, paths.cache),
        load_labels(paths.labels).categories,
        load_split(paths.split),
        settings.baseline,
        settings.split.seed,
    )
    write_json(paths.baseline, record)
    reports = settings.reports
    accuracy = cross_validated(
        record, Resampling(reports.confidence, reports.bootstrap_samples, reports.seed)
    )
    typer.echo(
        f"random forest {with_spread(accuracy)} ({accuracy.how}), majority class "
        f"{record['majority']:.1%}, chance {record['chance']:.1%}; "
        f"{record['seconds']['all']:.0f} s; written to {paths.baseline}"
    )
