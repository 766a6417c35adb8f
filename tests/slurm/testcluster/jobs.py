"""Submitting jobs to the test cluster and waiting for what becomes of them."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from testcluster.daemons import wait_until


def slurm(*command: str, text: str | None = None, timeout_s: float = 60) -> str:
    """Run a Slurm command on the submit host and return its output.

    Raises subprocess.CalledProcessError when it fails; its standard error is shown by pytest.
    """
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=timeout_s, check=False
    )
    if done.returncode != 0:
        raise subprocess.CalledProcessError(
            done.returncode, command, done.stdout, f"{command[0]}: {done.stderr}"
        )
    return done.stdout


def submit(script: str, *options: str, log: Path) -> str:
    """Submit ``script`` (shell text) as a batch job of 200 MB; returns its number."""
    common = ["--parsable", "--ntasks=1", "--mem=200", f"--output={log}", "--open-mode=append"]
    return slurm("sbatch", *common, *options, text=f"#!/bin/sh\n{script}\n").strip()


def states(number: str) -> dict[str, str]:
    """State of each task of job ``number``, finished ones included, by the id that sacct prints."""
    rows = slurm("squeue", "--noheader", "--states=all", "--array", f"--jobs={number}", "-o%i %T")
    return dict(row.split() for row in rows.splitlines())


def wait_for_states(number: str, wanted: Sequence[str], timeout_s: float = 60) -> dict[str, str]:
    """Wait until every task of job ``number`` is in one of the ``wanted`` states.

    Raises TimeoutError with the states it ended up in.
    """
    if not wait_until(lambda: set(states(number).values()) <= set(wanted), timeout_s):
        raise TimeoutError(f"job {number} is {states(number)} after {timeout_s:.0f} s")
    return states(number)


def wait_for_text(path: Path, text: str, timeout_s: float = 30) -> str:
    """Wait until the file ``path`` holds ``text``; returns all of it. Raises TimeoutError."""

    def content() -> str:
        return path.read_text(errors="replace") if path.exists() else ""

    if not wait_until(lambda: text in content(), timeout_s):
        raise TimeoutError(f"{path} does not hold {text!r} after {timeout_s:.0f} s:\n{content()}")
    return content()
