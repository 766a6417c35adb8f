"""Folders with a database of their own, for tests that start, stop and break the server."""

import os
from collections.abc import Iterator

import pytest

from arcsweep.paths import Paths
from arcsweep.storage.control import start, stop
from arcsweep.storage.folder import DatabaseFolder

from .serving import paths_below


@pytest.fixture(scope="session")
def used_paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Paths with a database that was started once; the first start is slow, so tests share it."""
    paths = paths_below(tmp_path_factory.mktemp("used-database"))
    start(paths, watch_pid=os.getpid())
    stop(paths)
    return paths


@pytest.fixture
def paths(used_paths: Paths) -> Iterator[Paths]:
    """Paths with a database that does not run, neither before nor after the test."""
    yield used_paths
    stop(used_paths)


@pytest.fixture
def folder(paths: Paths) -> DatabaseFolder:
    return DatabaseFolder(paths.database)


@pytest.fixture(autouse=True)
def environment_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own settings must not reach the tests."""
    for name in ("ARCSWEEP_DATABASE_URL", "ARCSWEEP_DATABASE_LISTEN", "PGPASSWORD", "PGPASSFILE"):
        monkeypatch.delenv(name, raising=False)
