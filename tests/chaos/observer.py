"""Who owns which trial, several times a second, as the database says it."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from arcsweep.errors import StorageError
from arcsweep.storage.engine import connect
from arcsweep.storage.location import Database

POLL_S = 0.25

_RUNNING = """
    SELECT t.number, l.token, l.epoch, l.owner::text FROM trials t
    JOIN studies s USING (study_id) LEFT JOIN arcsweep.leases l USING (trial_id)
    WHERE s.study_name = %s AND t.state = 'RUNNING'
"""
_STATES = """
    SELECT t.state::text, count(*) FROM trials t JOIN studies s USING (study_id)
    WHERE s.study_name = %s GROUP BY 1
"""


@dataclass(frozen=True)
class Holding:
    """A running trial: its lease's token and last epoch, and its owner (host "" for none)."""

    token: int
    epoch: int
    host: str = ""
    pid: int = 0
    job: str = ""


@dataclass(frozen=True)
class Snapshot:
    """at: seconds, monotonic. running: trial number → who holds it. states: state → trials."""

    at: float
    running: dict[int, Holding]
    states: dict[str, int]

    @property
    def owned(self) -> dict[int, Holding]:
        """Running trials that have an owner."""
        return {number: held for number, held in self.running.items() if held.host}

    @property
    def finished(self) -> int:
        return self.states.get("COMPLETE", 0) + self.states.get("PRUNED", 0)

    @property
    def counted(self) -> int:
        """Trials that count against the budget."""
        return sum(n for state, n in self.states.items() if state != "FAIL")


@dataclass
class Observer:
    """Polls the database of ``study`` in a thread of its own; an outage is a gap."""

    study: str
    locate: Callable[[], Database]
    seen: list[Snapshot] = field(default_factory=list)
    _end: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run, name="observer", daemon=True)
        self._thread.start()

    @property
    def last(self) -> Snapshot:
        """The newest snapshot; an empty one before the first."""
        return self.seen[-1] if self.seen else Snapshot(0.0, {}, {})

    def stop(self) -> None:
        self._end.set()
        self._thread.join(timeout=30)

    def between(self, begin: float, end: float) -> list[Snapshot]:
        """Snapshots from the last one before ``begin`` to the first one after ``end``."""
        before = [snapshot for snapshot in self.seen if snapshot.at < begin][-1:]
        during = [snapshot for snapshot in self.seen if begin <= snapshot.at <= end]
        after = [snapshot for snapshot in self.seen if snapshot.at > end][:1]
        return before + during + after

    def _run(self) -> None:
        while not self._end.wait(POLL_S):
            try:
                with closing(connect(self.locate(), "arcsweep-chaos")) as connection:
                    connection.set_session(readonly=True, autocommit=True)
                    while not self._end.wait(POLL_S):
                        self.seen.append(_snapshot(connection, self.study))
            except (psycopg2.Error, StorageError):
                continue  # an outage, or no study yet


def _snapshot(connection: Any, study: str) -> Snapshot:
    with connection.cursor() as cursor:
        cursor.execute(_STATES, (study,))
        states = dict(cursor.fetchall())
        cursor.execute(_RUNNING, (study,))
        rows = cursor.fetchall()
    return Snapshot(time.monotonic(), {row[0]: _holding(*row[1:]) for row in rows}, states)


def _holding(token: int, epoch: int, owner: str | None) -> Holding:
    if owner is None:
        return Holding(token, epoch)
    who = json.loads(owner)
    return Holding(token, epoch, who["host"], int(who["pid"]), str(who.get("job") or ""))
