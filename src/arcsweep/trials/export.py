"""From the database to the study's table."""

import io
import logging
import shutil

import pandas as pd
from sqlalchemy import text

from arcsweep.atomic import atomic_open
from arcsweep.config import Config
from arcsweep.paths import Paths
from arcsweep.storage.engine import engine_options
from arcsweep.storage.location import locate
from arcsweep.study.opening import OpenStudy, open_study
from arcsweep.trials.table import refuse_inexact, trials_table

logger = logging.getLogger(__name__)


def read_table(config: Config, paths: Paths) -> pd.DataFrame:
    """The study's table as the database has it now; see :func:`trials_table`."""
    database = locate(paths)
    opened = open_study(config.study, database.url(), engine_options(database))
    return trials_table(
        opened.study.get_trials(deepcopy=False), list(config.study.space), _takeovers(opened)
    )


def export_trials(config: Config, remedy: str) -> None:
    """Write the table as CSV and Parquet.

    Raises StudyMismatchError, naming ``remedy``, unless exactly the budget has finished.
    """
    paths = Paths.of(config)
    table = read_table(config, paths)
    refuse_inexact(table, config.study.n_trials, remedy)
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    with atomic_open(paths.trials_parquet) as stream:
        stream.write(buffer.getvalue())
    with atomic_open(paths.trials_csv) as stream:
        stream.write(table.to_csv(index=False).encode())
    # Every trial has ended: what a worker left that died between its last word and tidying up.
    shutil.rmtree(paths.checkpoints, ignore_errors=True)
    counts = table["outcome"].value_counts().to_dict()
    logger.info("%d trials: %s", len(table), ", ".join(f"{n} {name}" for name, n in counts.items()))


def _takeovers(opened: OpenStudy) -> dict[int, int]:
    with opened.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT t.number, l.takeovers FROM arcsweep.leases l"
                " JOIN trials t ON t.trial_id = l.trial_id WHERE l.study_id = :study"
            ),
            {"study": opened.study_id},
        )
        return {int(row[0]): int(row[1]) for row in rows}
