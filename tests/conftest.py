"""A real PostgreSQL server for the tests: the embedded one, started once for all of them."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from arcsweep.paths import Paths
from arcsweep.storage.control import start, stop
from arcsweep.storage.databases import create_database, drop_database
from arcsweep.storage.location import Database

_numbers = count(1)

LONG = ("workflow", "identity", "canary", "examples")
"""Folders of tests whose files take minutes. Begun last, one would run alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    root = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(root).parts[0] not in LONG)


def paths_below(root: Path) -> Paths:
    """Paths of a study in the folder ``root``."""
    return Paths(root, "test_study", root / "data", root / "centroids.npy")


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A server that stops with the test run, also when that is killed."""
    paths = paths_below(tmp_path_factory.mktemp("database-server"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ARCSWEEP_DATABASE_URL", "ARCSWEEP_DATABASE_LISTEN", "PGPASSWORD"):
            patch.delenv(name, raising=False)
        yield start(paths, watch_pid=os.getpid())
        stop(paths)


@pytest.fixture
def database(database_server: Database) -> Iterator[Database]:
    """An empty database of the test's own."""
    name = f"test_{next(_numbers)}"
    yield create_database(database_server, name)
    drop_database(database_server, name)
