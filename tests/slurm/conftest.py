"""The ``cluster`` fixture: a real Slurm cluster for the tests below this folder."""

import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cluster import Cluster
from testcluster.errors import ClusterUnavailableError

REQUIRE_VARIABLE = "ARCSWEEP_REQUIRE_SLURM"
_left_out: list[str] = []


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A cluster of four nodes, up. One that a person had up already is used and left running.

    Where there can be none the tests are skipped, loudly; with ARCSWEEP_REQUIRE_SLURM=1 that is
    a failure.
    """
    made = Cluster()
    # Two test runs at a time on one machine would take each other's cluster down.
    with Path(f"{made.folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A killed test run leaves its cluster behind; that one is ours to take down.
        mark = made.folder / "made-by-tests"
        is_ours = mark.exists() or not made.is_up()
        try:
            made.up()
        except ClusterUnavailableError as error:
            if os.environ.get(REQUIRE_VARIABLE) == "1":
                pytest.fail(f"{REQUIRE_VARIABLE}=1, but no Slurm cluster: {error}")
            _left_out.append(str(error))
            pytest.skip(f"no Slurm cluster: {error}")
        if is_ours:
            mark.touch()
        try:
            yield made
        finally:
            if is_ours:
                daemons = made.daemons()
                made.down()
                assert made.leftovers(daemons) == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason in _left_out:
        terminalreporter.section("LEFT OUT: everything on a real Slurm cluster", red=True)
        terminalreporter.line(reason)
        terminalreporter.line(f"{REQUIRE_VARIABLE}=1 makes this a failure.")
