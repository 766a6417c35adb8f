"""To which stage of the workflow a Slurm job belongs."""

import re
from collections.abc import Mapping
from pathlib import Path

from arcsweep.cost.accounting import JobUse

SWEEP = "sweep"
_FOLDER = re.compile(r"(?:rule|group)_(.+)")


def stages_of_logs(slurm_logs: Path) -> dict[str, str]:
    """Job number → stage, from the names that the Slurm plugin gives its logs.

    ``rule_extended/cnn_1_0/28.log`` is a job of stage extended; stages of one group share a job.
    """
    found = {}
    for log in slurm_logs.rglob("*.log"):
        named = _FOLDER.fullmatch(log.relative_to(slurm_logs).parts[0])
        if named is not None:
            found[log.stem] = _group(named[1]) if named[0].startswith("group") else named[1]
    return found


def stage_of(job: JobUse, array_name: str, stages: Mapping[str, str]) -> str | None:
    """The job's stage; None for a job that is none of this study's."""
    if job.name == array_name:
        return SWEEP
    return stages.get(job.array_job)


def _group(name: str) -> str:
    """``prepare_labels_split_tasks`` is the group prepare with its rules: keep the first word."""
    return name.partition("_")[0]
