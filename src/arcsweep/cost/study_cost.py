"""What a study cost on this machine or cluster, stage by stage."""

from dataclasses import dataclass
from pathlib import Path

from arcsweep.cost.accounting import JobUse, jobs_since
from arcsweep.cost.benchmarks import costs_of_benchmarks
from arcsweep.cost.runs import read_runs, study_at
from arcsweep.cost.stages import stage_of, stages_of_logs
from arcsweep.cost.table import StageCost, stage_cost
from arcsweep.paths import Paths
from arcsweep.workers.slurm_array import array_name

ORDER = (
    "tasks",
    "labels",
    "split",
    "prepare",
    "baseline",
    "sweep",
    "worker",
    "selection",
    "extended",
    "embeddings",
    "diagnosis",
    "confirmation",
    "forest",
    "hypothesis",
    "adoption",
    "propose",
)


@dataclass(frozen=True)
class StudyCost:
    """rows in the order of the workflow; source says in words where the figures come from."""

    rows: tuple[StageCost, ...]
    source: str


def study_cost(paths: Paths, folder: Path, *, on_slurm: bool) -> StudyCost:
    """The cost of all runs of the study from ``folder``, the present one included.

    Slurm jobs are the study's when they were submitted while one of its runs was the latest in
    the folder. Where accounting does not answer, Snakemake's benchmark files tell less.
    """
    runs = read_runs(paths.runs)
    own = [run for run in runs if run.study == paths.study]
    jobs = jobs_since(own[0].started_at, folder) if on_slurm and own else None
    if jobs is None:
        rows = costs_of_benchmarks(paths.logs)
        return StudyCost(tuple(sorted(rows, key=_place)), "Snakemake's benchmark files")
    stages = stages_of_logs(paths.slurm_logs)
    name = array_name(paths.study, folder)
    by_stage: dict[str, list[JobUse]] = {}
    for job in jobs:
        stage = stage_of(job, name, stages)
        if stage is not None and study_at(runs, job.submitted_at) == paths.study:
            by_stage.setdefault(stage, []).append(job)
    rows = [stage_cost(stage, members) for stage, members in by_stage.items()]
    return StudyCost(tuple(sorted(rows, key=_place)), "Slurm's accounting")


def _place(row: StageCost) -> int:
    return ORDER.index(row.stage) if row.stage in ORDER else len(ORDER)
