"""A worker array on Slurm: submitted, listed and cancelled with Slurm's own commands."""

import hashlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arcsweep.errors import ArcsweepError
from arcsweep.scheduler import parse_duration_s

COMMAND_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Task:
    """A task of the array that waits, runs or is being requeued.

    job_id as sacct prints it (17_3); index is the worker's; state as squeue's %T.
    """

    job_id: str
    index: int
    state: str
    elapsed_s: int


@dataclass(frozen=True)
class SlurmArray:
    """The workers of one sweep as tasks of Slurm arrays.

    The job name is the only memory: whoever controls the sweep next finds its tasks by it.

    name: see :func:`array_name`. command: shell text of a task; ``$SLURM_ARRAY_TASK_ID`` is its
    index. log: path in which sbatch replaces %A and %a. options: more arguments of sbatch.
    """

    name: str
    command: str
    log: Path
    options: tuple[str, ...] = ()

    def submit(self, indices: Sequence[int]) -> str:
        """Submit one array with these indices; returns its job id.

        Raises ArcsweepError with sbatch's own words when Slurm refuses.
        """
        # exec: the worker is the batch process itself, so it gets SIGTERM with the whole grace
        # period and the warning before walltime; a shell in between would die and take it along.
        script = f"#!/bin/sh\nexec {self.command}\n"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [
            "sbatch",
            "--parsable",
            f"--job-name={self.name}",
            f"--array={','.join(str(index) for index in indices)}",
            f"--output={self.log}",
            "--open-mode=append",
            "--requeue",
            "--ntasks=1",
            "--signal=B:USR1@90",
            *self.options,
        ]
        try:
            done = subprocess.run(
                command,
                input=script,
                capture_output=True,
                text=True,
                timeout=COMMAND_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ArcsweepError(
                f"sbatch cannot be run ({error}); start the sweep on a host that submits to Slurm,"
                " or set workers.launcher to local"
            ) from error
        if done.returncode != 0:
            raise ArcsweepError(
                f"Slurm refused the worker array: {' '.join(done.stderr.split())}; correct"
                " partition, account or resources in the profile"
            )
        return done.stdout.strip().split(";")[0]

    def live(self) -> list[Task] | None:
        """Tasks that wait, run or are being requeued; None when Slurm does not answer."""
        command = ["squeue", "--noheader", "--me", "--array", f"--name={self.name}"]
        try:
            done = subprocess.run(
                [*command, "--format=%i|%K|%T|%M"],
                capture_output=True,
                text=True,
                timeout=COMMAND_TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        rows = [line.strip().split("|") for line in done.stdout.splitlines() if line.strip()]
        return [
            Task(job_id, int(index), state, parse_duration_s(elapsed) or 0)
            for job_id, index, state, elapsed in rows
            if index.isdigit()
        ]

    def cancel(self, *, waiting_only: bool = False) -> None:
        """Ask running tasks to save and leave (SIGTERM) and drop those that wait."""
        state = ["--state=PENDING"] if waiting_only else []
        subprocess.run(
            ["scancel", "--me", f"--name={self.name}", *state],
            capture_output=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )


def array_name(study: str, folder: Path) -> str:
    """Job name of a sweep's workers: equal for the same study in the same folder, and no other."""
    digest = hashlib.sha256(f"{folder.resolve()}\0{study}".encode()).hexdigest()[:12]
    return f"arcsweep-{digest}"
