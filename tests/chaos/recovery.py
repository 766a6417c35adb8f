"""How long a sweep took to be whole again after a fault, from what the database showed."""

from collections.abc import Iterable, Sequence

from chaos.observer import Holding, Snapshot
from chaos.storm import Struck

DEFINITION = (
    "trials: from the fault until each trial of a worker that it hit (of any worker, for faults of"
    " the database or the controller) has finished or reported another epoch, by a new owner or,"
    " once the fault is mended, by the same one where it lives; workers: from the fault until as"
    " many workers own trials as before it, or all that are unfinished. Overlapping faults count"
    " in each other's time."
)


def trials_back_s(struck: Struck, seen: Sequence[Snapshot]) -> float | None:
    """Seconds until every affected trial went on; None when it was not seen."""
    times = [_back_at(number, held, struck, seen) for number, held in struck.affected.items()]
    known = [at for at in times if at is not None]
    if len(known) < len(times) or not times:
        return None
    return max(known) - struck.at


def workers_back_s(struck: Struck, seen: Sequence[Snapshot], n_trials: int) -> float | None:
    """Seconds until as many workers owned trials as before the fault; None when not seen."""
    before = [snapshot for snapshot in seen if snapshot.at <= struck.at][-1:]
    if not before:
        return None
    n_before = len(before[0].owned)
    # Not the very next snapshot: it may not show the damage yet.
    for snapshot in seen:
        if snapshot.at <= max(struck.mended_at, struck.at + 1.0):
            continue
        alive = len(snapshot.owned.keys() - _still_dead(struck, snapshot))
        if alive >= min(n_before, n_trials - snapshot.finished):
            return snapshot.at - struck.at
    return None


def _still_dead(struck: Struck, snapshot: Snapshot) -> set[int]:
    """Trials that the database still shows with an owner that the fault ended."""
    if not struck.ends_owners:
        return set()
    return {number for number, held in snapshot.owned.items() if held.pid in struck.hit}


def _back_at(number: int, then: Holding, struck: Struck, seen: Iterable[Snapshot]) -> float | None:
    first_epoch: dict[int, int] = {}  # token → the epoch at which it was first seen
    for snapshot in seen:
        if snapshot.at <= struck.at:
            continue
        now = snapshot.running.get(number)
        if now is None:
            return snapshot.at  # finished: trials never leave otherwise
        may_go_on = now.token != then.token or (
            not struck.ends_owners and snapshot.at > struck.mended_at
        )
        if may_go_on and now.epoch > first_epoch.setdefault(now.token, now.epoch):
            return snapshot.at
    return None
