"""Slurm's queue, where there is one; a squeue of our own stands in for states and slowness."""

import time
from pathlib import Path

import pytest

from arcsweep.live import queue


def put_squeue(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "squeue"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_tasks_are_counted_by_state_with_the_reasons_of_those_that_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = r"RUNNING|None\nPENDING|Priority\nPENDING|Resources\nPENDING|Priority\n"
    put_squeue(tmp_path, f"printf '{lines}'", monkeypatch)
    assert queue.read_queue("x") == queue.Queue(
        {"running": 1, "pending": 3}, ("Priority", "Resources")
    )


def test_a_slow_controller_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_squeue(tmp_path, "exec sleep 60", monkeypatch)
    monkeypatch.setattr(queue, "QUERY_TIMEOUT_S", 0.3)
    began = time.monotonic()
    assert queue.read_queue("x") is None
    assert time.monotonic() - began < 5


def test_a_machine_without_slurm_has_no_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert queue.read_queue("x") is None
