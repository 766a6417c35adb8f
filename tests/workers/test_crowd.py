"""The budget is exact for a crowd of workers that come late, leave early, and get killed.

The whole form is `make scale`: 64 workers, 1,000 trials, then 1,200.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crowd import Crowd
from sweep import prepare

from arcsweep.storage.engine import connect
from arcsweep.storage.location import Database

SHORT = pytest.param(16, 100, 130, 6, id="short")
WHOLE = pytest.param(64, 1000, 1200, 48, id="whole", marks=[pytest.mark.scale])


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("n_workers", "n_trials", "raised", "n_partings"), [SHORT, WHOLE])
def test_a_crowd_finishes_exactly_the_budget_and_exactly_the_raised_one(
    database: Database, tmp_path: Path, n_workers: int, n_trials: int, raised: int, n_partings: int
) -> None:
    seed = int(os.environ.get("ARCSWEEP_TEST_SEED", time.time_ns() % 2**32))
    print(f"ARCSWEEP_TEST_SEED={seed}")
    rng = random.Random(seed)
    for budget in (n_trials, raised):
        run_crowd(database, tmp_path / "ck", rng, n_workers, budget, n_partings)


def run_crowd(
    database: Database,
    checkpoints: Path,
    rng: random.Random,
    n_workers: int,
    budget: int,
    n_partings: int,
) -> None:
    """One sweep up to ``budget``: a third of the workers is there from the start."""
    before = states(database)
    prepare(database.url(), budget)
    begun, peak, together = time.monotonic(), 0, 0
    crowd = Crowd(database.url(), checkpoints, rng)
    first = max(1, n_workers // 3)
    crowd.join(first)
    spent = sum(before.values())
    # Comings and goings, spread over the trials that are to be run.
    events = ["join"] * (n_workers - first) + ["part"] * n_partings
    rng.shuffle(events)
    for number, event in enumerate(events):
        due = spent + (budget - spent) * number // (2 * len(events))
        for now in progress(database, budget):
            peak = max(peak, connections(database))
            together = max(together, len(crowd.at_work()))
            if now >= due:
                break
        crowd.join(1) if event == "join" else crowd.part()
    crowd.wait(3000)
    after = states(database)
    print(
        f"{n_workers} workers, budget {budget}: {dict(after)} in {time.monotonic() - begun:.0f} s,"
        f" {dict(crowd.left)} on the way, at most {together} at a time and {peak} connections"
    )
    assert after["COMPLETE"] + after["PRUNED"] == budget == sum(after.values())
    assert len(crowd.workers) == n_workers + sum(crowd.left.values())
    assert numbers(database) == list(range(budget))


def progress(database: Database, budget: int) -> Iterator[int]:
    """The number of trials that there are, again and again."""
    deadline = time.monotonic() + 3000
    while time.monotonic() < deadline:
        yield sum(states(database).values())
        time.sleep(0.1)
    raise AssertionError(f"no {budget} trials in time: {states(database)}")


def query(database: Database, statement: str) -> list[tuple[object, ...]]:
    with closing(connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def states(database: Database) -> Counter[str]:
    if query(database, "SELECT to_regclass('trials')") == [(None,)]:
        return Counter()
    rows = query(database, "SELECT state::text, count(*) FROM trials GROUP BY 1")
    return Counter({str(state): int(str(n)) for state, n in rows})


def numbers(database: Database) -> list[object]:
    return [row[0] for row in query(database, "SELECT number FROM trials ORDER BY number")]


def connections(database: Database) -> int:
    statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    return int(str(query(database, statement)[0][0])) - 1
