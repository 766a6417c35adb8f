"""Ordinary Slurm jobs that a dead Snakemake left behind.

Workers are adopted, because they work for the study whoever controls them. An ordinary job works
for the Snakemake that submitted it: a second one would write the same files beside it.
"""

import logging
import subprocess
import time
from pathlib import Path

from arcsweep.errors import ArcsweepError
from arcsweep.workers.site import refuse_old_slurm
from arcsweep.workers.slurm_array import COMMAND_TIMEOUT_S

logger = logging.getLogger(__name__)

JOB_NAME_PREFIX = "arcsweep_"
"""Of jobs that the Slurm plugin submits: ``slurm-jobname-prefix`` in the profiles, and ``_``."""

GONE_TIMEOUT_S = 120.0
POLL_S = 1.0


def cancel_orphans(folder: Path) -> list[str]:
    """Cancel the ordinary jobs that were submitted from ``folder`` and wait until they are gone.

    To be called by the only controller of the folder before it submits anything. Returns the job
    ids. Raises ArcsweepError when Slurm does not answer or a job does not end.
    """
    orphans = _jobs_of(folder)
    if not orphans:
        return []
    logger.info(
        "cancelling %d Slurm job%s that an earlier run left behind: %s",
        len(orphans),
        "" if len(orphans) == 1 else "s",
        ", ".join(orphans),
    )
    _run("scancel", *orphans)
    deadline = time.monotonic() + GONE_TIMEOUT_S
    while left := sorted(set(orphans) & set(_jobs_of(folder))):
        if time.monotonic() > deadline:
            raise ArcsweepError(
                f"Slurm jobs {', '.join(left)} of an earlier run do not end; wait until `squeue"
                " --me` does not show them any more, and run the same command"
            )
        time.sleep(POLL_S)
    return orphans


def _jobs_of(folder: Path) -> list[str]:
    # The folder comes last: it may hold the separator.
    rows = _run("squeue", "--noheader", "--me", "--format=%i|%j|%Z").splitlines()
    jobs = [row.strip().split("|", 2) for row in rows if row.count("|") >= 2]
    return [
        number
        for number, name, workdir in jobs
        if name.startswith(JOB_NAME_PREFIX) and Path(workdir).resolve() == folder.resolve()
    ]


def _run(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ArcsweepError(
            f"{command[0]} cannot be run ({error}); start the workflow on a host that submits to"
            " Slurm, or use profiles/local"
        ) from error
    if done.returncode != 0 and command[0] == "squeue":
        refuse_old_slurm(done.stderr)
        raise ArcsweepError(
            f"Slurm does not answer: {' '.join(done.stderr.split())}; run the same command when"
            " `squeue` works again"
        )
    return done.stdout
