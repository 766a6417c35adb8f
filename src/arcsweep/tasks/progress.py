"""Progress of a long step on standard error: a bar for people, lines for logs."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LINE_INTERVAL_S = 15.0

Advance = Callable[[], None]


@contextmanager
def progress(label: str, total: int, *, done: int = 0) -> Iterator[Advance]:
    """Give a function to call after each of ``total`` steps, of which ``done`` are made already."""
    if sys.stderr.isatty():
        with _bar(label, total, done) as advance:
            yield advance
    else:
        yield _lines(label, total, done)


@contextmanager
def _bar(label: str, total: int, done: int) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        step = bar.add_task(label, total=total, completed=done)
        yield lambda: bar.advance(step)


def _lines(label: str, total: int, done: int) -> Advance:
    """One plain line at most every LINE_INTERVAL_S, and one at the end."""
    started = printed = time.monotonic()
    made = done

    def advance() -> None:
        nonlocal made, printed
        made += 1
        now = time.monotonic()
        if made == total or now - printed >= LINE_INTERVAL_S:
            printed = now
            print(f"{label}: {made} of {total}, {now - started:.0f} s", file=sys.stderr, flush=True)

    return advance
