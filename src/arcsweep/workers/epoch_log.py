"""TensorBoard logs: the value of each epoch, each once, whoever trained it."""

import importlib.util
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from arcsweep.errors import ConfigError
from arcsweep.protocol import EpochReport, Reporter

History = Callable[[], Sequence[Mapping[str, Any]]]
"""Rows (epoch, value) of all epochs that were saved so far."""


def check_installed() -> None:
    """Raise ConfigError when workers.tensorboard is asked for and the package is not there."""
    if importlib.util.find_spec("tensorboard") is None:
        raise ConfigError(
            "workers.tensorboard must be false without the package tensorboard, got true; run"
            " `.venv/bin/python -m pip install --constraint requirements.lock tensorboard`"
        )


class LoggedReporter:
    """A reporter whose saved epochs are written to an event file as well."""

    def __init__(self, reporter: Reporter, history: History, add: Callable[..., None]) -> None:
        self._reporter = reporter
        self._history = history
        self._add = add

    def saved_state(self) -> bytes | None:
        """As :class:`arcsweep.protocol.Reporter`."""
        return self._reporter.saved_state()

    def describe(self, facts: Mapping[str, Any]) -> None:
        """As :class:`arcsweep.protocol.Reporter`."""
        self._reporter.describe(facts)

    def report(self, report: EpochReport, state: Callable[[], bytes]) -> None:
        """As :class:`arcsweep.protocol.Reporter`."""
        try:
            self._reporter.report(report, state)
        finally:
            # Also when the trial ends here; not when its epoch is refused.
            rows = self._history()
            if rows and rows[-1]["epoch"] == report.epoch:
                self._add(report.epoch, report.value)


@contextmanager
def logged(reporter: Reporter, history: History, folder: Path | None) -> Iterator[Reporter]:
    """``reporter``, logging to an event file in ``folder``; itself where that is None.

    The folder begins anew with the epochs that are saved already: a step never stands there twice,
    and none of an owner that lost the trial. Written with TensorBoard's own writer, without
    PyTorch. Raises ConfigError as :func:`check_installed`.
    """
    if folder is None:
        yield reporter
        return
    check_installed()
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    shutil.rmtree(folder, ignore_errors=True)
    writer = EventFileWriter(str(folder))

    def add(epoch: int, value: float) -> None:
        summary = Summary(value=[Summary.Value(tag="objective", simple_value=value)])
        writer.add_event(Event(step=epoch, wall_time=time.time(), summary=summary))
        writer.flush()

    try:
        for row in history():
            add(row["epoch"], row["value"])
        yield LoggedReporter(reporter, history, add)
    finally:
        writer.close()
