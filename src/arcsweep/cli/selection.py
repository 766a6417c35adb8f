"""`arcsweep selection`: the best COMPLETE trials of each group."""

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption


def selection(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Write the best COMPLETE trials of each choice of `selection.by` as selection.json."""
    from arcsweep.atomic import write_json
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths
    from arcsweep.selection.selection import select
    from arcsweep.selection.table import read_trials
    from arcsweep.study.space import Space

    settings = load_config(config)
    paths = Paths.of(settings)
    record = select(
        read_trials(paths.trials_parquet),
        settings.selection.by,
        settings.selection.top_k,
        settings.study.direction,
        space=settings.study.space,
        effective=Space(settings.study.space).effective,
        study=settings.study.name,
    )
    write_json(paths.selection, record)
    for name, group in record["groups"].items():
        note = f" ({group['note']})" if group["note"] else ""
        print(f"{name}: {group['taken']} of {group['requested']} trials selected{note}")
    print(f"written to {paths.selection}")
