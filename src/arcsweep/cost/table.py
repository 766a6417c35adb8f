"""What each stage cost, as rows for people and for programs."""

import csv
import io
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from rich.table import Table

from arcsweep.cost.accounting import JobUse

HOUR_S = 3600.0


@dataclass(frozen=True)
class StageCost:
    """One stage; None stands for what nobody recorded.

    jobs: Slurm jobs and array tasks that started; those cancelled in the queue cost nothing.
    starts: how often they started, requeues included. Memory is for one job: what was asked for,
    and the largest peak among them. Waits in the queue: seconds.
    """

    stage: str
    jobs: int
    starts: int
    cpu_hours_asked: float | None
    cpu_hours_used: float | None
    gpu_hours_asked: float | None
    memory_asked_mb: float | None
    memory_peak_mb: float | None
    wait_median_s: float | None
    wait_max_s: float | None


def stage_cost(stage: str, jobs: Iterable[JobUse]) -> StageCost:
    """The cost of a stage that ran as ``jobs``, of which there is one at least."""
    all_jobs = list(jobs)
    begun = [job for job in all_jobs if job.waited_s is not None]
    waits = [job.waited_s for job in begun if job.waited_s is not None]
    peaks = [job.memory_peak_mb for job in begun if job.memory_peak_mb is not None]
    return StageCost(
        stage=stage,
        jobs=len({job.job_id for job in begun}),
        starts=len(begun),
        cpu_hours_asked=sum(job.cpu_asked_s for job in begun) / HOUR_S,
        cpu_hours_used=sum(job.cpu_used_s for job in begun) / HOUR_S,
        gpu_hours_asked=sum(job.gpu_asked_s for job in begun) / HOUR_S,
        memory_asked_mb=max(job.memory_asked_mb for job in all_jobs),
        memory_peak_mb=max(peaks, default=None),
        wait_median_s=statistics.median(waits) if waits else None,
        wait_max_s=max(waits, default=None),
    )


def as_csv(rows: Iterable[StageCost]) -> str:
    """The rows as CSV, one column a field; empty where nothing was recorded."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [field.name for field in fields(StageCost)])
    writer.writeheader()
    for row in rows:
        values = asdict(row).items()
        writer.writerow({k: round(v, 4) if isinstance(v, float) else v for k, v in values})
    return stream.getvalue()


def as_table(rows: Iterable[StageCost], title: str, caption: str) -> Table:
    """The rows for a terminal."""
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    table.add_column("stage")
    for heading in (
        "jobs",
        "starts",
        "CPU h asked",
        "used",
        "GPU h asked",
        "MB asked",
        "peak",
        "wait median",
        "max",
    ):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row.stage,
            str(row.jobs),
            str(row.starts),
            _hours(row.cpu_hours_asked),
            _hours(row.cpu_hours_used),
            _hours(row.gpu_hours_asked),
            _whole(row.memory_asked_mb),
            _whole(row.memory_peak_mb),
            _seconds(row.wait_median_s),
            _seconds(row.wait_max_s),
        )
    return table


def _hours(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} s"
