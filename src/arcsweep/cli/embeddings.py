"""`arcsweep embeddings`: where each task lies for the best model of each group."""

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def embeddings(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Embed every labelled task with the best extended runs, and by statistics of its grids."""
    import typer

    from arcsweep.config.load import load_config
    from arcsweep.embeddings.build import build_embeddings
    from arcsweep.embeddings.record import write_embeddings
    from arcsweep.paths import Paths
    from arcsweep.workers.threads import limit_threads

    settings = load_config(config)
    paths = Paths.of(settings)
    limit_threads(settings.workers.threads)
    found = build_embeddings(settings, paths)
    write_embeddings(paths.embedding_arrays, paths.embeddings, found)
    names = ", ".join(space.name for space in found.spaces)
    typer.echo(f"{len(found.tasks)} tasks in {names}; written to {paths.embeddings}")
