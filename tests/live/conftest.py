"""An empty study on real PostgreSQL."""

import pytest
from sqlalchemy import Engine, text

from arcsweep.storage.engine import make_engine
from arcsweep.storage.location import Database
from arcsweep.study.opening import OpenStudy, prepare_study

from .studies import toy_config


@pytest.fixture
def opened(database: Database) -> OpenStudy:
    """An empty study, registered two hours ago."""
    made = prepare_study(toy_config().study, database.url(), {}, {"toy": "1"})
    with made.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE arcsweep.sweeps SET created_at = now() - interval '2 hours',"
                " resumed_at = now() - interval '2 hours'"
            )
        )
    return made


@pytest.fixture
def engine(database: Database) -> Engine:
    return make_engine(database, "test")
