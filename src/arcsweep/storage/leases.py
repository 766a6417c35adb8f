"""Who owns which trial: claims, take-overs, renewals, on the database's clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from arcsweep.storage.owner import is_provably_dead


@dataclass(frozen=True)
class Claim:
    """The right to work on one trial until the lease is lost.

    trial_id is None for a new trial that the claim allows to create; fruitless counts the owners
    that were lost in a row before finishing an epoch.
    """

    token: int
    trial_id: int | None = None
    fruitless: int = 0


@dataclass(frozen=True)
class Standing:
    """The study when there was nothing to claim."""

    n_trials: int
    finished: int
    held: int
    """Trials in the hands of workers that gave a sign of life just now: two heartbeats may be
    late. A trial whose owner is silent but not yet given up is in neither figure."""
    epochs: int = 0
    """Epochs reported so far, over all trials: whether anything moves."""
    running: int = 0
    """Trials that were begun and have not finished, held or not."""

    @property
    def n_open(self) -> int:
        """Trials that nobody has finished and no live worker has in hand."""
        return max(0, self.n_trials - self.finished - self.held)

    def __str__(self) -> str:
        to_go_on = max(0, self.running - self.held)
        return (
            f"{self.finished} of {self.n_trials} trials finished, {self.held} in the hands of live"
            f" workers, {to_go_on} to go on with, {self.n_open - to_go_on} not begun"
        )

    @property
    def is_covered(self) -> bool:
        """Do finished trials and those of live workers reach the budget?"""
        return self.finished + self.held >= self.n_trials


# A lease counts from its last renewal, or from the end of the last outage if that came later. A
# time that lies ahead was written before the clock was set back, and says nothing: the lease would
# last until the clock has caught up. Leases start anew then, too; see Leases._sign.
_EXPIRED = """
    greatest(
        CASE WHEN l.renewed_at <= clock_timestamp() THEN l.renewed_at END,
        CASE WHEN s.resumed_at <= clock_timestamp() THEN s.resumed_at END,
        CASE WHEN pg_postmaster_start_time() <= clock_timestamp()
            THEN pg_postmaster_start_time() END,
        '-infinity'
    ) < clock_timestamp() - make_interval(secs => :lease_s)
"""
_OPEN = """
    FROM arcsweep.leases l
    JOIN trials t ON t.trial_id = l.trial_id
    JOIN arcsweep.sweeps s ON s.study_id = l.study_id
    WHERE l.study_id = :study AND t.state = 'RUNNING'
"""


class Leases:
    """Leases on the trials of one registered study, for one worker."""

    def __init__(
        self, engine: Engine, study_id: int, lease_s: float, owner: Mapping[str, Any]
    ) -> None:
        self._engine = engine
        self._study_id = study_id
        self._lease_s = lease_s
        self._owner = json.dumps(dict(owner))

    @property
    def owner(self) -> str:
        """This worker as JSON, as the database records it."""
        return self._owner

    def claim(self) -> Claim | Standing:
        """Take over a trial that nobody works on, else the right to a new one, else neither.

        Serialised among workers only where they want the same trial; the budget itself is kept
        by the database when the trial is created.
        """
        with self._engine.begin() as connection:
            self._sign(connection)
            taken = self._take_over(connection)
            if taken is not None:
                return taken
            budget, spent = connection.execute(
                text(
                    "SELECT n_trials, arcsweep.spent(study_id) FROM arcsweep.sweeps"
                    " WHERE study_id = :study"
                ),
                self._bound(),
            ).one()
            if spent < budget:
                token = connection.execute(text("SELECT nextval('arcsweep.tokens')")).scalar_one()
                return Claim(token)
            return self._standing(connection)

    def renew(self, token: int) -> bool:
        """Prolong the lease held under ``token``; False when it is not ours any more."""
        with self._engine.begin() as connection:
            self._sign(connection)
            result = connection.execute(
                text(
                    "UPDATE arcsweep.leases SET renewed_at = clock_timestamp()"
                    " WHERE token = :token AND owner IS NOT NULL AND study_id = :study"
                ),
                self._bound(token=token),
            )
            return result.rowcount == 1

    def release(self, token: int) -> None:
        """Give the trial back, so that another worker may go on with it at once."""
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE arcsweep.leases SET owner = NULL, renewed_at = clock_timestamp()"
                    " WHERE token = :token AND study_id = :study"
                ),
                self._bound(token=token),
            )

    def trial_of(self, token: int) -> int | None:
        """The trial that was created under ``token``, if that call reached the database."""
        with self._engine.connect() as connection:
            return connection.execute(
                text("SELECT trial_id FROM arcsweep.leases WHERE token = :token"),
                {"token": token},
            ).scalar_one_or_none()

    def standing(self) -> Standing:
        """Finished and held trials now."""
        with self._engine.connect() as connection:
            return self._standing(connection)

    def failures(self) -> int:
        """FAIL trials of the study; only ever grows, whatever a clock says."""
        with self._engine.connect() as connection:
            return int(
                connection.execute(
                    text("SELECT count(*) FROM arcsweep.failures WHERE study_id = :study"),
                    self._bound(),
                ).scalar_one()
            )

    def _bound(self, **more: Any) -> dict[str, Any]:
        return {"study": self._study_id, "lease_s": self._lease_s, **more}

    def _sign(self, connection: Connection) -> None:
        """Leave a sign of life; the first one after a silence lets all leases start anew.

        So does the first one after the database's clock was set back.
        """
        connection.execute(
            text(
                "UPDATE arcsweep.sweeps SET last_sign = clock_timestamp(),"
                " resumed_at = CASE WHEN last_sign < clock_timestamp()"
                "   - make_interval(secs => :lease_s) OR last_sign > clock_timestamp()"
                "   THEN clock_timestamp() ELSE resumed_at END"
                " WHERE study_id = :study AND (last_sign"
                "   < clock_timestamp() - make_interval(secs => CAST(:lease_s AS float8) / 8)"
                "   OR last_sign > clock_timestamp())"
            ),
            self._bound(),
        )

    def _take_over(self, connection: Connection) -> Claim | None:
        free = connection.execute(
            text(
                f"SELECT l.trial_id {_OPEN} AND (l.owner IS NULL OR {_EXPIRED})"
                " ORDER BY l.owner IS NOT NULL, t.number LIMIT 1 FOR UPDATE OF l SKIP LOCKED"
            ),
            self._bound(),
        ).scalar_one_or_none()
        if free is None:
            free = self._dead_neighbour(connection)
        if free is None:
            return None
        token, fruitless = connection.execute(
            text(
                "UPDATE arcsweep.leases SET token = nextval('arcsweep.tokens'),"
                " fruitless = CASE WHEN owner IS NULL OR progressed THEN 0 ELSE fruitless + 1 END,"
                " owner = CAST(:owner AS jsonb), progressed = false,"
                " renewed_at = clock_timestamp(), takeovers = takeovers + 1"
                " WHERE trial_id = :trial RETURNING token, fruitless"
            ),
            self._bound(owner=self._owner, trial=free),
        ).one()
        return Claim(token, free, fruitless)

    def _dead_neighbour(self, connection: Connection) -> int | None:
        """A trial whose owner ran on this host and is gone: no need to wait for its lease."""
        rows = connection.execute(
            text(f"SELECT l.trial_id, l.token, l.owner {_OPEN} AND l.owner->>'host' = :host"),
            self._bound(host=json.loads(self._owner)["host"]),
        ).all()
        for trial_id, token, owner in rows:
            if not is_provably_dead(owner):
                continue
            # The row may have changed hands since it was read: lock it as it was, or leave it.
            locked = connection.execute(
                text(
                    "SELECT trial_id FROM arcsweep.leases WHERE trial_id = :trial"
                    " AND token = :token FOR UPDATE SKIP LOCKED"
                ),
                {"trial": trial_id, "token": token},
            ).scalar_one_or_none()
            if locked is not None:
                return int(locked)
        return None

    def _standing(self, connection: Connection) -> Standing:
        budget, spent, held, epochs = connection.execute(
            text(
                "SELECT s.n_trials, arcsweep.spent(s.study_id),"
                f" (SELECT count(*) {_OPEN} AND l.owner IS NOT NULL AND l.renewed_at BETWEEN"
                "    clock_timestamp() - make_interval(secs => CAST(:lease_s AS float8) / 2)"
                "    AND clock_timestamp()),"
                " (SELECT coalesce(sum(epoch), 0) FROM arcsweep.leases WHERE study_id = :study)"
                " FROM arcsweep.sweeps s WHERE s.study_id = :study"
            ),
            self._bound(),
        ).one()
        running = connection.execute(
            text("SELECT count(*) FROM trials WHERE study_id = :study AND state = 'RUNNING'"),
            self._bound(),
        ).scalar_one()
        return Standing(budget, spent - running, held, int(epochs), running)
