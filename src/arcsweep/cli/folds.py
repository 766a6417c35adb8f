"""`arcsweep folds`: which task judges in which fold of the confirmation."""

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def folds(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Draw all folds from the search's training tasks and write folds.json."""
    from arcsweep.config.load import load_config
    from arcsweep.errors import ConfigError
    from arcsweep.paths import Paths
    from arcsweep.split.folds import draw_folds, write_folds
    from arcsweep.split.split import load_split

    settings = load_config(config)
    paths = Paths.of(settings)
    rules = settings.confirmation
    if not rules.folds:
        raise ConfigError("confirmation.folds must be at least 2 to draw folds, got 0; raise it")
    split = load_split(paths.split)
    drawn = draw_folds(split, rules.folds, rules.repeats, settings.split.seed)
    write_folds(paths.folds, drawn)
    n_judged, n_train = len(drawn.judged(split)), len(split.train)
    typer.echo(
        f"{len(drawn)} folds over {n_judged} of the search's {n_train} training tasks; "
        f"written to {paths.folds}"
    )
