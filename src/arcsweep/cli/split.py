"""`arcsweep split`: training and validation tasks of the search, and the centroids."""

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def split(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Divide the labelled tasks and write split.json and the category centroids."""
    from pathlib import Path

    from arcsweep.config.load import load_config
    from arcsweep.labels.record import load_labels
    from arcsweep.paths import Paths
    from arcsweep.split.centroids import derive_centroids, load_centroids, save_centroids
    from arcsweep.split.show import counts_table
    from arcsweep.split.signature import signatures
    from arcsweep.split.split import make_split, write_split

    settings = load_config(config)
    paths = Paths.of(settings)
    rules = settings.split
    divided = make_split(
        load_labels(paths.labels).categories,
        rules.val_ratio,
        rules.seed,
        rules.stratify,
        rules.max_tasks_per_category,
    )
    if rules.centroids_file:
        centroids = load_centroids(Path(rules.centroids_file))
    else:
        centroids = derive_centroids(divided.train, signatures(divided.train))
    save_centroids(paths.centroids, centroids)
    write_split(paths.split, divided, rules.val_ratio, rules.seed)
    counts_table(divided)
    typer.echo(f"written to {paths.split} and {paths.centroids} {centroids.shape}")
