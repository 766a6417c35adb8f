"""Progress is lines in a log and a bar on a terminal."""

import io
import sys

import pytest

from arcsweep.tasks import progress as module
from arcsweep.tasks.progress import progress


def run(total: int, done: int = 0) -> None:
    with progress("sorting", total, done=done) as advance:
        for _ in range(total - done):
            advance()


def test_log_gets_one_line_at_the_end_of_a_short_step(capsys: pytest.CaptureFixture[str]) -> None:
    run(5, done=2)
    captured = capsys.readouterr()
    assert captured.err == "sorting: 5 of 5, 0 s\n"
    assert captured.out == ""


def test_log_gets_a_line_each_interval(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINE_INTERVAL_S", 0.0)
    run(3)
    assert capsys.readouterr().err.split(", 0 s\n") == [
        "sorting: 1 of 3",
        "sorting: 2 of 3",
        "sorting: 3 of 3",
        "",
    ]


def test_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    run(4)
    assert "4/4" in terminal.getvalue()
    assert "sorting" in terminal.getvalue()
