"""Jobs as their processes see them, and signals sent to real processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from arcsweep.scheduler import (
    STOP_SIGNALS,
    Job,
    StopSignals,
    current_job,
    parse_duration_s,
    query_end,
)


def test_there_is_no_job_outside_a_scheduler() -> None:
    assert current_job({"PATH": "/bin"}) is None


def test_array_task_is_named_as_sacct_names_it() -> None:
    job = current_job(
        {
            "SLURM_JOB_ID": "19",
            "SLURM_ARRAY_JOB_ID": "17",
            "SLURM_ARRAY_TASK_ID": "3",
            "SLURMD_NODENAME": "n2",
            "SLURM_JOB_PARTITION": "main",
            "SLURM_JOB_END_TIME": "1795486570",
            "SLURM_RESTART_COUNT": "2",
            "CUDA_VISIBLE_DEVICES": "0, 1",
        }
    )
    assert job == Job("17_3", "19", "n2", "main", 1795486570.0, ("0", "1"), 2)


def test_what_snakemake_leaves_of_the_environment_is_enough() -> None:
    job = current_job({"SLURM_JOB_ID": "17", "CUDA_VISIBLE_DEVICES": ""})
    assert job == Job("17", "17")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0:07", 7),
        ("59:30", 3570),
        ("1:00:00", 3600),
        ("2-03:04:05", 183845),
        ("UNLIMITED", None),
        ("INVALID", None),
        ("", None),
    ],
)
def test_slurm_durations_are_read_as_seconds(text: str, seconds: int | None) -> None:
    assert parse_duration_s(text) == seconds


def _stand_in_squeue(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program named squeue; the real one answers in tests/slurm."""
    program = folder / "squeue"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_end_is_asked_of_slurm_when_the_environment_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stand_in_squeue(tmp_path, monkeypatch, 'echo "$@" > "$0.asked"; echo 1:30')
    end = query_end(Job("17_3", "19"))
    assert end is not None and abs(end - time.time() - 90) < 5
    assert "--jobs=19" in (tmp_path / "squeue.asked").read_text()


def test_end_in_the_environment_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stand_in_squeue(tmp_path, monkeypatch, "echo 1:30")
    assert query_end(Job("17", "17", ends_at=5.0)) == 5.0


@pytest.mark.parametrize("script", ["exit 1", "echo UNLIMITED"])
def test_unknown_end_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    _stand_in_squeue(tmp_path, monkeypatch, script)
    assert query_end(Job("17", "17")) is None


def test_missing_squeue_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert query_end(Job("17", "17")) is None


@pytest.mark.parametrize("name", ["SIGTERM", "SIGUSR1", "SIGURG", "SIGINT", "SIGHUP"])
def test_signal_becomes_a_reason_and_kills_nothing(
    name: str, request: pytest.FixtureRequest
) -> None:
    # Below nohup SIGHUP is ignored, and StopSignals leaves it so; these tests may run there.
    was = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    request.addfinalizer(lambda: signal.signal(signal.SIGHUP, was))
    with StopSignals() as stop:
        assert stop.reason() is None
        os.kill(os.getpid(), signal.Signals[name])
        assert stop.reason() == f"received {name}"


def test_first_signal_is_the_reason() -> None:
    with StopSignals() as stop:
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.reason() == "received SIGUSR1"


def test_hangup_stays_ignored_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert stop.reason() is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_as_before_afterwards() -> None:
    before = [signal.getsignal(number) for number in STOP_SIGNALS]
    with StopSignals():
        assert [signal.getsignal(number) for number in STOP_SIGNALS] != before
    assert [signal.getsignal(number) for number in STOP_SIGNALS] == before


def test_walltime_asks_to_stop_a_margin_before_it_ends() -> None:
    with StopSignals(ends_at=time.time() + 100, margin_s=60) as stop:
        assert stop.reason() is None
        assert stop.seconds_left() == pytest.approx(40, abs=2)
    with StopSignals(ends_at=time.time() + 50, margin_s=60) as stop:
        assert stop.reason() in ("walltime ends in 50 s", "walltime ends in 49 s")


def test_reason_is_seen_from_another_thread() -> None:
    seen: list[str | None] = []
    with StopSignals() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        thread = threading.Thread(target=lambda: seen.append(stop.reason()))
        thread.start()
        thread.join()
    assert seen == ["received SIGTERM"]


def test_process_between_sbatch_and_worker_survives_the_warning() -> None:
    """Snakemake's processes handle no warning signal; SIGURG is the one they outlive."""
    bystander = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
    survived = {}
    for number in (signal.SIGURG, signal.SIGUSR1):
        with subprocess.Popen(bystander, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(number)
            time.sleep(0.3)
            survived[number] = process.poll() is None
            process.kill()
    assert survived == {signal.SIGURG: True, signal.SIGUSR1: False}


def test_setting_the_clock_moves_no_walltime(monkeypatch: pytest.MonkeyPatch) -> None:
    passed_s = 0.0
    with StopSignals(time.time() + 100.0, margin_s=10.0, monotonic=lambda: passed_s) as stop:
        for jump_s in (-7200.0, 7200.0):
            wall = time.time() + jump_s
            monkeypatch.setattr("arcsweep.scheduler.time.time", lambda wall=wall: wall)
            assert stop.reason() is None
        passed_s = 89.0
        assert stop.reason() is None
        passed_s = 91.0
        assert "walltime" in str(stop.reason())
