"""``arcsweep study``: create the study, or check that it still means the same."""

import logging
from typing import TYPE_CHECKING, Any

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)


def study(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Create the study in the database, or check it, and set its budget."""
    from arcsweep.atomic import write_json
    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths
    from arcsweep.storage.backup_folder import BackupFolder
    from arcsweep.storage.engine import engine_options
    from arcsweep.storage.location import locate
    from arcsweep.study.fingerprint import study_fingerprint
    from arcsweep.study.objective import load_objective
    from arcsweep.study.opening import prepare_study, study_record

    settings = load_config(config)
    paths = Paths.of(settings)
    fingerprint = study_fingerprint(settings.study, load_objective(settings, paths))
    database = locate(paths)
    opened = prepare_study(
        settings.study,
        database.url(),
        engine_options(database),
        fingerprint,
        BackupFolder(paths.backups, settings.study.name).newest(),
    )
    sweep = opened.sweep()
    write_json(paths.study_record, study_record(settings.study, sweep))
    logger.info(
        "study %s: %d of %d trials there, %d to go",
        settings.study.name,
        sweep.spent,
        sweep.n_trials,
        sweep.n_trials - sweep.spent,
    )
    if sweep.warm_start_from:
        logger.info("%s", _warm_start_line(sweep.warm_start_from, sweep.warm_start))


def _warm_start_line(source: str, record: "Mapping[str, Any]") -> str:
    left_out = [f"{n} because {reason}" for reason, n in record["left_out"].items()]
    rest = f"; left out: {', '.join(left_out)}" if left_out else ""
    return f"it learns from {record['copied']} finished trials of study {source}{rest}"
