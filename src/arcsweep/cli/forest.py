"""`arcsweep forest`: the random forest on the confirmation's folds."""

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def forest(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Train a random forest on each fold's training side and judge the other, as encoders are."""
    from arcsweep.atomic import write_json
    from arcsweep.baseline.record import fold_record
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths
    from arcsweep.split.folds import load_folds
    from arcsweep.split.split import load_split
    from arcsweep.tasks.arrays import load_task_arrays

    settings = load_config(config)
    paths = Paths.of(settings)
    record = fold_record(
        load_task_arrays(paths.data_dir, paths.manifest, paths.cache),
        load_split(paths.split),
        load_folds(paths.folds),
        settings.baseline,
    )
    write_json(paths.fold_forest, record)
    typer.echo(
        f"a random forest on each of {len(record['predictions'])} × {record['folds']} folds; "
        f"{record['seconds']:.0f} s; written to {paths.fold_forest}"
    )
