"""How far a study is, without opening it in Optuna."""

from sqlalchemy import inspect, text

from arcsweep.storage.engine import make_engine
from arcsweep.storage.leases import Leases, Standing
from arcsweep.storage.location import Database
from arcsweep.storage.owner import describe_self


def find_standing(database: Database, study: str, lease_s: float) -> Standing | None:
    """The standing of the study named ``study``; None when the database does not know it."""
    engine = make_engine(database)
    try:
        if not inspect(engine).has_table("sweeps", schema="arcsweep"):
            return None
        with engine.connect() as connection:
            study_id = connection.execute(
                text(
                    "SELECT study_id FROM arcsweep.sweeps JOIN studies USING (study_id)"
                    " WHERE study_name = :name"
                ),
                {"name": study},
            ).scalar_one_or_none()
        if study_id is None:
            return None
        return Leases(engine, study_id, lease_s, describe_self()).standing()
    finally:
        engine.dispose()
