"""What the sweep engine and a training function agree on; the only thing both import.

The engine knows nothing of what is trained; the training function knows nothing of studies,
databases or schedulers. Bring your own model by writing an :class:`Objective`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

ParamValue = str | int | float | bool
Params = Mapping[str, ParamValue]


@dataclass(frozen=True)
class EpochReport:
    """One finished epoch.

    epoch: counts from 1.
    value: the objective at this epoch (the study's direction says which end is better).
    metrics: JSON-serialisable; the trial records those of its best epoch.
    """

    epoch: int
    value: float
    metrics: Mapping[str, Any] = field(default_factory=dict)


class Reporter(Protocol):
    """The engine's side of a running trial."""

    def saved_state(self) -> bytes | None:
        """State of the last epoch that an earlier owner finished; None for a fresh trial."""

    def describe(self, facts: Mapping[str, Any]) -> None:
        """Record JSON-serialisable facts of the trial, such as its parameter count; repeatable."""

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        """Hand over a finished epoch; ``state()`` must give all that is needed to go on from it.

        Raises StopTraining when the training function must not go on (pruned, to be given back,
        or owned by somebody else by now). Let it pass through.
        """


class StopTraining(Exception):  # noqa: N818 - a signal to leave, not an error
    """Raised by ``Reporter.report``; the training function lets it pass through."""


class TrialOutcome(Exception):  # noqa: N818 - an outcome of the trial, not an error
    """Base of the ways a trial itself can end early; it counts as PRUNED with its reason."""

    name = "outcome"


class Diverged(TrialOutcome):
    """The loss is no longer finite."""

    name = "diverged"


class OutOfMemory(TrialOutcome):
    """The trial needs more memory than the device has."""

    name = "out_of_memory"


class Objective(Protocol):
    """A training function together with what it means."""

    def fingerprint(self) -> Mapping[str, str]:
        """Name → value of everything that changes what a trial means (data hash, settings …)."""

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        """Train one trial, report after every epoch, and return after the last one.

        params: the sampled parameters that are active, with their effective values.
        Raises TrialOutcome when the trial diverges or runs out of memory; anything else that it
        raises is a programming error.
        """


@dataclass(frozen=True)
class Rehearsal:
    """What came out of training for a moment on a small part of the data.

    outcome: fingerprint of all that training produced; equal only where nothing was different.
    """

    outcome: str


@dataclass(frozen=True)
class Footprint:
    """What a trial asks of the machine, measured on real data.

    peak_mb: most memory that the measuring process held. epoch_s: seconds of one epoch, as far as
    the measured steps tell. n_parameters: trained numbers of the model.
    """

    peak_mb: float
    epoch_s: float
    n_parameters: int


class Probe(Protocol):
    """What an audit may ask of a training function before anything is queued.

    epochs: most epochs of a trial. earliest_end: fewest epochs after which one may end by itself.
    """

    @property
    def epochs(self) -> int: ...

    @property
    def earliest_end(self) -> int: ...

    def rehearse(self, params: Params, seed: int, epochs: int) -> Rehearsal:
        """Really train with ``params`` for up to ``epochs`` epochs, in a second or two each.

        Equal arguments must give equal outcomes. Raises TrialOutcome as ``Objective.train``.
        """

    def held_mb(self, params: Params, seed: int) -> float:
        """What a training step with ``params`` holds, in MiB, good enough to rank parameters by.

        Asked some fifty times a group, so that a step on a few small samples will do; 0 where it is
        not known.
        """

    def footprint(self, params: Params, seed: int, share: float) -> Footprint:
        """Steps on the data's heaviest batch, cut to ``share`` (0 to 1) of it.

        Called in a process of its own, so that its peak memory is that of the trial.
        """


@runtime_checkable
class Probed(Protocol):
    """An Objective that can be audited."""

    def probe(self) -> Probe:
        """The means to find out what parameters do. Raises InputError when data are missing."""
