"""Faults on a sweep, overlapping, in an order and at intervals that a seed decides."""

import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chaos.faults import Fault, World
from chaos.observer import Holding

MOST_IN_FLIGHT = 6
KEEP_EVERY_S = 0.2
STORM_SHARE = 0.9
"""Share of the budget by which all faults have struck, however fast the sweep is."""


@dataclass(frozen=True)
class Planned:
    """A fault to come, gap_s seconds after the one before."""

    kind: type[Fault]
    gap_s: float
    pick: float
    lasts_s: float


@dataclass
class Struck:
    """A fault that has struck. Times in seconds, monotonic.

    hit: process ids of the workers that may lose the epoch in flight.
    """

    kind: str
    at: float
    mended_at: float
    ends_owners: bool
    hit: frozenset[int] = frozenset()
    affected: Mapping[int, Holding] = field(default_factory=dict)
    """Trials whose going on is recovery, as they were held when the fault struck."""


def plan(
    seed: int, counts: Mapping[type[Fault], int], gap_s: float, lasts_s: Mapping[str, float]
) -> list[Planned]:
    """A shuffled plan; lasts_s maps a kind to the longest that it lasts (0 for the others)."""
    rng = random.Random(seed)
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    rng.shuffle(kinds)
    planned = []
    for kind in kinds:
        longest = lasts_s.get(kind.kind, 0.0)
        gap = rng.uniform(0.2, 2.0) * gap_s
        planned.append(Planned(kind, gap, rng.random(), rng.uniform(0.6, 1.0) * longest))
    return planned


class Storm:
    """Lets ``planned`` strike on ``world``."""

    def __init__(self, world: World, planned: Sequence[Planned]) -> None:
        self.struck: list[Struck] = []
        self.errors: list[str] = []
        self._world = world
        self._waiting = list(planned)
        self._n_planned = len(planned)
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        self._began = time.monotonic()

    def run(self, timeout_s: float) -> None:
        """Return when every fault has struck and is mended, when the sweep is complete before
        that, or after ``timeout_s``."""
        deadline = time.monotonic() + timeout_s
        next_at = time.monotonic()
        try:
            while (self._waiting or self._in_flight()) and time.monotonic() < deadline:
                time.sleep(0.1)
                if self._world.subject.look_after():
                    break
                due = time.monotonic() >= next_at or self._is_behind()
                if due and self._in_flight() < MOST_IN_FLIGHT:
                    launched = self._launch()
                    next_at = time.monotonic() + (launched.gap_s if launched else 0.5)
        finally:
            if self._waiting:
                self._over.set()
            for thread in self._threads:
                thread.join()

    def _is_behind(self) -> bool:
        """Whether the sweep gets ahead of the faults and might end before the last of them."""
        snapshot = self._world.observer.last
        n_trials = self._world.subject.config.study.n_trials
        share = len(self.struck) / self._n_planned
        return snapshot.finished > (share + 0.05) * STORM_SHARE * n_trials

    def _in_flight(self) -> int:
        return sum(thread.is_alive() for thread in self._threads)

    def _launch(self) -> Planned | None:
        """Start the first waiting fault whose lane is free; the rest keep their order."""
        if not self._world.observer.last.owned:
            return None
        for index, planned in enumerate(self._waiting):
            fault = planned.kind(self._world, planned.pick, planned.lasts_s)
            lane = self._world.lanes.get(fault.lane)
            if lane is None or lane.acquire(blocking=False):
                del self._waiting[index]
                thread = threading.Thread(target=self._suffer, args=(fault, planned, lane))
                self._threads.append(thread)
                thread.start()
                return planned
        return None

    def _suffer(self, fault: Fault, planned: Planned, lane: "threading.Lock | None") -> None:
        try:
            before = dict(self._world.observer.last.owned)
            at = time.monotonic()
            if not self._strike(fault):
                self._waiting.append(planned)  # its target was gone; another one later
                return
            finished = self._world.observer.last.finished
            print(f"{at - self._began:6.0f} s  {finished:4} finished  {fault.kind}", flush=True)
            try:
                self._sit_out(fault, at)
            finally:
                fault.mend()
            self.struck.append(self._record(fault, at, before))
        except Exception as error:  # noqa: BLE001 - any failure of the harness must be in the ledger
            self.errors.append(f"{fault.kind}: {type(error).__name__}: {error}")
        finally:
            if lane is not None:
                lane.release()

    def _strike(self, fault: Fault) -> bool:
        try:
            return fault.strike()
        except BaseException:
            fault.mend()
            raise

    def _sit_out(self, fault: Fault, at: float) -> None:
        while time.monotonic() < at + fault.lasts_s and not self._over.wait(KEEP_EVERY_S):
            fault.keep()

    def _record(self, fault: Fault, at: float, before: Mapping[int, Holding]) -> Struck:
        mended_at = time.monotonic()
        seen = [dict(before)]
        seen += [snapshot.owned for snapshot in self._world.observer.between(at, mended_at)]
        hit = {held.pid for owned in seen for held in owned.values() if fault.hits(held)}
        affected = {number: held for number, held in before.items() if fault.hits(held)}
        return Struck(
            fault.kind, at, mended_at, fault.ends_owners, frozenset(hit), affected or before
        )
