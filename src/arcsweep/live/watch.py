"""The view, once or again and again until the study is finished."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg2
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from arcsweep.config import Config
from arcsweep.errors import StorageError
from arcsweep.live.last_known import LastKnown, last_known
from arcsweep.live.queue import Queue, read_queue
from arcsweep.live.read import read_snapshot
from arcsweep.live.snapshot import Snapshot
from arcsweep.live.view import render
from arcsweep.paths import Paths
from arcsweep.storage.engine import make_engine
from arcsweep.storage.location import locate
from arcsweep.workers.slurm_array import array_name

PLAIN_WIDTH = 120
"""Columns where standard output is no terminal."""

QUEUE_INTERVAL_S = 15.0
"""Seconds between two questions to Slurm's controller, which others need as well."""

_FRAME_LINES = 18  # of the view without its rows of running trials


class StudyView:
    """One study, looked at from any host that sees its folder or its external database."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._paths = Paths.of(config)
        self._engine: Engine | None = None
        self._queue: Queue | None = None
        self._queue_at: float | None = None

    def snapshot(self) -> Snapshot:
        """The study now. Raises StorageError when its database does not run or lacks it."""
        try:
            if self._engine is None:
                self._engine = make_engine(locate(self._paths), "arcsweep status")
            return read_snapshot(self._engine, self._config)
        except (psycopg2.OperationalError, DBAPIError) as error:
            words = " ".join(str(getattr(error, "orig", error)).split())
            raise StorageError(
                f"the database does not answer: {words[:200]}; it runs while the workflow does:"
                " start that again, or `arcsweep db start`"
            ) from None

    def queue(self) -> Queue | None:
        """The study's workers in Slurm's queue; an answer may be QUEUE_INTERVAL_S old."""
        now = time.monotonic()
        if self._queue_at is None or now - self._queue_at >= QUEUE_INTERVAL_S:
            self._queue = read_queue(array_name(self._config.study.name, Path.cwd()))
            self._queue_at = time.monotonic()
        return self._queue


def show(config: Config, console: Console, *, as_json: bool = False) -> None:
    """Print the study once. Raises StorageError when neither database nor files tell of it."""
    view = StudyView(config)
    try:
        snapshot = view.snapshot()
    except StorageError as error:
        known = last_known(config, Paths.of(config))
        if known is None:
            raise
        if as_json:
            print(json.dumps({"database": False, "reason": str(error), **asdict(known)}))
        else:
            console.print(_from_files(config.study.name, known, error))
        return
    if as_json:
        print(json.dumps({"database": True, **snapshot.record(), "queue": _queue_record(view)}))
    else:
        console.print(render(snapshot, view.queue()))


def watch(config: Config, console: Console, every_s: float) -> None:
    """Show the study again and again until it is finished or Ctrl-C is pressed.

    An outage of the database is waited for. Raises StorageError when it does not run at the start.
    """
    view = StudyView(config)
    snapshot = view.snapshot()
    trouble = ""
    shown: RenderableType = render(snapshot, view.queue())
    try:
        with Live(console=console, screen=True, auto_refresh=False) as live:
            while not snapshot.is_finished or trouble:
                n_rows = max(3, console.height - _FRAME_LINES - len(snapshot.groups))
                shown = render(snapshot, view.queue(), n_rows)
                hint = Text(f"{trouble}every {every_s:g} s · Ctrl-C leaves", "dim")
                live.update(Group(shown, Text(), hint), refresh=True)
                time.sleep(every_s)
                try:
                    snapshot, trouble = view.snapshot(), ""
                except StorageError as error:
                    trouble = f"[as of {snapshot.at[11:19]}] {error} · "
    except KeyboardInterrupt:
        pass
    console.print(render(snapshot, view.queue()))


def _from_files(study: str, known: LastKnown, error: StorageError) -> RenderableType:
    lines = [
        Text(study, style="bold"),
        Text(f"{known.text}, by its files of {known.at}", "green" if known.is_finished else ""),
    ]
    if known.n_interrupted:
        lines.append(Text(f"{known.n_interrupted} trials were interrupted and will go on"))
    if known.is_finished:
        lines.append(Text("The database does not run, nor need it: nothing is left to do.", "dim"))
    else:
        lines.append(Text(str(error), "yellow"))
    return Group(*lines)


def _queue_record(view: StudyView) -> dict[str, Any] | None:
    queue = view.queue()
    return None if queue is None else asdict(queue)
