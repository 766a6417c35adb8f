"""Databases within a server."""

from contextlib import closing

from psycopg2 import sql

from arcsweep.storage.engine import connect
from arcsweep.storage.location import Database


def create_database(server: Database, name: str) -> Database:
    """Create an empty database ``name`` beside ``server``'s, and return it."""
    _execute(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return server.named(name)


def drop_database(server: Database, name: str) -> None:
    """Drop the database ``name``, if it exists, also while clients are connected to it."""
    _execute(
        server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _execute(server: Database, statement: sql.Composable) -> None:
    with closing(connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
