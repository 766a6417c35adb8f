"""The view says what matters, at any width."""

import dataclasses
import io

import pytest
from rich.console import Console

from arcsweep.live.eta import TimeLeft
from arcsweep.live.queue import Queue
from arcsweep.live.snapshot import GroupStanding, Pace, RunningTrial, Snapshot
from arcsweep.live.view import duration, render

SNAPSHOT = Snapshot(
    study="toy",
    direction="maximize",
    by="encoder_type",
    at="2026-01-01 12:00:00 UTC",
    n_trials=150,
    outcomes={"complete": 40, "pruned": 60},
    n_complete=40,
    n_waiting=0,
    n_failed=0,
    groups=(GroupStanding("cnn", 60, 25, 0.3625, 26, 14), GroupStanding("context", 40, 15)),
    running=tuple(
        RunningTrial(100 + i, "cnn", 3, 0.2, f"node{i:03}.example.org", f"17_{i}", i, 4.0, i == 7)
        for i in range(30)
    ),
    pace=Pace(3600.0, 30, 300.0),
    time_left=TimeLeft(6000.0, 4000.0, 9000.0),
    last_sign_s=4.0,
    lease_s=60.0,
)


def shown(snapshot: Snapshot, width: int, **more: object) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False)
    console.print(render(snapshot, **more))  # type: ignore[arg-type]
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", [80, 140])
def test_nothing_that_matters_is_cut_off(width: int) -> None:
    text = shown(SNAPSHOT, width, queue=Queue({"running": 30, "pending": 2}, ("Priority",)))
    for words in (
        "100 of 150 trials finished, 67 %",
        "60 pruned (60 %)",
        "29 at work · 1 silent · 20 not begun",
        "about 1 h 40 min, 80 % sure between 1 h 7 min and 2 h 30 min",
        "30 trials and 300 epochs an hour, over the last 1 h",
        "25 complete of 60",
        "not an accuracy estimate",
        "silent 4 s",
        "job 17_7",
        "2 pending, 30 running (Priority)",
    ):
        assert words in text, words
    assert all(len(line) <= width for line in text.splitlines())


def test_silent_workers_are_among_the_rows_that_fit() -> None:
    text = shown(SNAPSHOT, 80, n_rows=3)
    assert "107" in text and "… and 27 more" in text


def test_too_early_is_said_and_so_is_that_nobody_works() -> None:
    early = dataclasses.replace(SNAPSHOT, time_left=None, pace=Pace(60.0, 2, 9.0))
    assert "too early to say (2 trials finished in this run" in shown(early, 120)
    idle = dataclasses.replace(early, running=(), last_sign_s=7200.0)
    assert "no worker gave a sign for 2 h" in shown(idle, 120)


def test_durations_have_two_units_at_most() -> None:
    assert [duration(s) for s in (4, 89, 125, 3600, 12_000, 190_000)] == [
        "4 s",
        "89 s",
        "2 min",
        "1 h",
        "3 h 20 min",
        "2 d 5 h",
    ]
