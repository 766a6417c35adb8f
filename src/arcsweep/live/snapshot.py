"""A running study at one moment, as the database has it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from arcsweep.live.eta import TimeLeft


@dataclass(frozen=True)
class GroupStanding:
    """Trials of one choice of ``selection.by``; the best among its COMPLETE ones, if any.

    best_value is the maximum of a search: it is high by luck as well, and no estimate of accuracy.
    """

    name: str
    n_finished: int
    n_complete: int
    best_value: float | None = None
    best_trial: int | None = None
    best_epoch: int | None = None


@dataclass(frozen=True)
class RunningTrial:
    """A trial in a worker's hands.

    epoch, value: the last epoch that was reported, 0 and None before the first.
    last_sign_s: seconds since the worker's last sign of life.
    silent: has it missed several heartbeats; the trial is taken over when its lease ends.
    """

    number: int
    group: str | None
    epoch: int
    value: float | None
    host: str
    job: str | None
    worker: int | None
    last_sign_s: float
    silent: bool


@dataclass(frozen=True)
class Pace:
    """What was done over the window, the last hour or longer where little has finished.

    Epochs of a trial that began before the window are counted by the share of its time in it.
    """

    window_s: float
    n_finished: int
    n_epochs: float

    @property
    def trials_per_hour(self) -> float:
        return 3600 * self.n_finished / self.window_s if self.window_s > 0 else 0.0

    @property
    def epochs_per_hour(self) -> float:
        return 3600 * self.n_epochs / self.window_s if self.window_s > 0 else 0.0


@dataclass(frozen=True)
class Snapshot:
    """One study, at one moment of the database's clock.

    outcomes: outcome → finished trials (complete, pruned, diverged, out_of_memory, stuck).
    n_waiting: begun, and waiting for a worker to go on with them.
    n_failed: programming errors; they cost no budget.
    last_sign_s: seconds since any worker gave a sign of life.
    """

    study: str
    direction: str
    by: str
    at: str
    n_trials: int
    outcomes: Mapping[str, int]
    n_complete: int
    n_waiting: int
    n_failed: int
    groups: tuple[GroupStanding, ...]
    running: tuple[RunningTrial, ...]
    pace: Pace
    time_left: TimeLeft | None
    last_sign_s: float
    lease_s: float

    @property
    def n_finished(self) -> int:
        """Trials that count towards the budget."""
        return sum(self.outcomes.values())

    @property
    def n_pruned(self) -> int:
        """Trials that the pruner ended early."""
        return self.outcomes.get("pruned", 0)

    @property
    def n_not_begun(self) -> int:
        return max(0, self.n_trials - self.n_finished - len(self.running) - self.n_waiting)

    @property
    def n_at_work(self) -> int:
        """Trials whose workers give signs of life."""
        return sum(not trial.silent for trial in self.running)

    @property
    def is_finished(self) -> bool:
        return self.n_finished >= self.n_trials

    def record(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            **asdict(self),
            "n_finished": self.n_finished,
            "n_not_begun": self.n_not_begun,
            "trials_per_hour": self.pace.trials_per_hour,
            "epochs_per_hour": self.pace.epochs_per_hour,
        }
