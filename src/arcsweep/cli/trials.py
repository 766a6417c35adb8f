"""``arcsweep trials`` and ``arcsweep reconcile``: the study as a table, and what to do when
files and database disagree."""

import logging
from typing import TYPE_CHECKING

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from arcsweep.config import Config

logger = logging.getLogger(__name__)

REMEDY = (
    "run `arcsweep reconcile` with the same --config, then the same snakemake command: workers"
    " start again and finish what is open"
)


def trials(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Write the study as CSV and Parquet; fail unless it holds exactly its budget."""
    from arcsweep.config.load import load_config
    from arcsweep.trials.export import export_trials

    export_trials(load_config(config), REMEDY)


def reconcile(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Compare the database with the workers' records; drop records that promise too much."""
    from arcsweep.config.load import load_config
    from arcsweep.trials.reconcile import reconcile_records

    settings: Config = load_config(config)
    for line in reconcile_records(settings):
        logger.info("%s", line)
