"""Connections to the database that survive its restarts, and give up on it in seconds."""

from typing import TYPE_CHECKING, Any

import psycopg2

from arcsweep.errors import StorageError
from arcsweep.storage.location import Database

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2's own name
    from sqlalchemy import Engine

_LIVENESS = {
    # A server that is gone without a word (host down, network cut) is noticed within half a
    # minute, also while an answer or an acknowledgement is awaited.
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}

# What waiting does not mend, unlike a server that is down or starting.
_REFUSALS = (
    "authentication failed",
    "authentication method requirement",
    "no password supplied",
    "does not exist",
    "pg_hba.conf",
)


def connect(database: Database, application_name: str = "arcsweep") -> "Connection":
    """A new psycopg2 connection to where the database is now.

    Raises psycopg2.OperationalError while the server does not answer, and StorageError when it
    answers and refuses (a wrong password, no such database), which waiting would not mend.
    """
    params: dict[str, Any] = {**_LIVENESS, **database.refreshed().libpq_params()}
    params.setdefault("application_name", application_name)
    try:
        connection: Connection = psycopg2.connect(**params)
    except psycopg2.OperationalError as error:
        text = " ".join(str(error).split())
        if any(word in text for word in _REFUSALS):
            passfile = database.passfile or "~/.pgpass"
            raise StorageError(
                f"the database refuses the connection: {text}; check {passfile} and the "
                "database's name"
            ) from None
        raise
    return connection


def engine_options(database: Database, application_name: str = "arcsweep") -> dict[str, Any]:
    """Keyword arguments for SQLAlchemy's ``create_engine``, next to ``database.url()``.

    Every new connection asks anew where the database is, so that an engine outlives a restart of
    the embedded server on another port or host. A process uses up to three connections.
    """
    return {
        "creator": lambda: connect(database, application_name),
        "pool_pre_ping": True,
        "pool_size": 2,
        "max_overflow": 1,
        "pool_timeout": 30,
        "pool_recycle": 1800,
        "pool_use_lifo": True,
    }


def make_engine(database: Database, application_name: str = "arcsweep") -> "Engine":
    """An SQLAlchemy engine with :func:`engine_options`."""
    from sqlalchemy import create_engine

    return create_engine(database.url(), **engine_options(database, application_name))
