"""What Slurm's accounting knows of the jobs that were submitted from a folder."""

import os
import re
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

QUERY_TIMEOUT_S = 60.0

_COLUMNS = (
    "JobID",
    "JobName",
    "State",
    "Submit",
    "Eligible",
    "Start",
    "ElapsedRaw",
    "CPUTimeRAW",
    "TotalCPU",
    "ReqMem",
    "MaxRSS",
    "AllocTRES",
    "WorkDir",  # last: it may hold the separator
)
_UNITS = {"": 1 / 2**20, "K": 1 / 2**10, "M": 1.0, "G": 2.0**10, "T": 2.0**20}


@dataclass(frozen=True)
class JobUse:
    """One start of a job or of an array's task; a requeued one has several.

    job_id: as sacct prints it. submitted_at: Unix time, seconds. waited_s: from the moment it
    might have started; None when it never did. cpu_asked_s: CPUs times seconds held.
    cpu_used_s: CPU time. gpu_asked_s: GPUs times seconds held. memory_asked_mb: of the whole job,
    0 when sacct does not tell. memory_peak_mb: largest of its steps, as sampled; None when nothing
    was sampled.
    """

    job_id: str
    name: str
    state: str
    workdir: str
    submitted_at: float
    waited_s: float | None
    elapsed_s: float
    cpu_asked_s: float
    cpu_used_s: float
    gpu_asked_s: float
    memory_asked_mb: float
    memory_peak_mb: float | None

    @property
    def array_job(self) -> str:
        """The number that the job's log is named by."""
        return self.job_id.partition("_")[0]


def jobs_since(started_at: float, folder: Path) -> list[JobUse] | None:
    """Your jobs submitted from ``folder`` since ``started_at`` (Unix time), oldest first.

    None where there is no accounting, or it does not answer within QUERY_TIMEOUT_S.
    """
    command = ["sacct", "--parsable2", "--noheader", "--duplicates", f"--uid={os.getuid()}"]
    command += [f"--starttime=now-{_seconds_ago(started_at)}seconds"]
    try:
        done = subprocess.run(
            [*command, f"--format={','.join(_COLUMNS)}"],
            env={**os.environ, "SLURM_TIME_FORMAT": "%s"},
            capture_output=True,
            text=True,
            timeout=QUERY_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    here = folder.resolve()
    jobs = parse(done.stdout.splitlines())
    return [job for job in jobs if Path(job.workdir).resolve() == here]


def parse(lines: Iterable[str]) -> list[JobUse]:
    """Rows of sacct: a job's own row, then those of its steps, whose peak memory it gets."""
    jobs: list[JobUse] = []
    for line in lines:
        row = dict(zip(_COLUMNS, line.split("|", len(_COLUMNS) - 1), strict=False))
        if len(row) < len(_COLUMNS):
            continue
        if "." not in row["JobID"]:
            jobs.append(_job(row))
            continue
        peak = _megabytes(row["MaxRSS"])
        if jobs and row["JobID"].startswith(f"{jobs[-1].job_id}.") and peak is not None:
            jobs[-1] = replace(jobs[-1], memory_peak_mb=max(peak, jobs[-1].memory_peak_mb or 0.0))
    return jobs


def _job(row: dict[str, str]) -> JobUse:
    elapsed_s = _number(row["ElapsedRaw"]) or 0.0
    start = _number(row["Start"])
    ready = max(_number(row["Submit"]) or 0.0, _number(row["Eligible"]) or 0.0)
    gpus = re.search(r"(?:^|,)gres/gpu=(\d+)", row["AllocTRES"])
    return JobUse(
        job_id=row["JobID"],
        name=row["JobName"],
        state=row["State"].split()[0] if row["State"] else "",
        workdir=row["WorkDir"],
        submitted_at=_number(row["Submit"]) or 0.0,
        waited_s=None if start is None else max(0.0, start - ready),
        elapsed_s=elapsed_s,
        cpu_asked_s=_number(row["CPUTimeRAW"]) or 0.0,
        cpu_used_s=_duration_s(row["TotalCPU"]),
        gpu_asked_s=elapsed_s * int(gpus[1]) if gpus else 0.0,
        memory_asked_mb=_allocated_mb(row["AllocTRES"]) or _megabytes(row["ReqMem"]) or 0.0,
        memory_peak_mb=None,
    )


def _seconds_ago(moment: float) -> int:
    # Relative, because the accounting's host may be in another time zone.
    return max(0, int(time.time() - moment)) + 60


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _duration_s(text: str) -> float:
    """Seconds of ``[days-][hours:]minutes:seconds[.fraction]``; 0 for nothing."""
    match = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)", text)
    if match is None:
        return 0.0
    days, hours, minutes, seconds = (float(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _megabytes(text: str) -> float | None:
    """MiB of ``178640K``, ``1000M`` or ``2Gn``; None for nothing."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)[nc]?", text)
    return float(match[1]) * _UNITS[match[2]] if match else None


def _allocated_mb(tres: str) -> float | None:
    match = re.search(r"(?:^|,)mem=([^,]+)", tres)
    return _megabytes(match[1]) if match else None
