"""Settings of the workers; none of them changes what a trial means."""

from typing import Literal

from pydantic import Field

from arcsweep.config.base import Section


class WorkersConfig(Section):
    """How many processes work on the study and how they keep their trials."""

    launcher: Literal["local", "slurm"] = Field(default="local")
    """local: each worker is a Snakemake job; slurm: one array that `arcsweep sweep` keeps full."""
    count: int = Field(default=2, ge=1, le=10_000)
    """Worker jobs of the sweep."""
    per_task: int = Field(default=1, ge=1, le=64)
    """Workers that share one Slurm task and its GPU; what the profile asks for is for them all."""
    threads: int = Field(default=1, ge=1, le=256)
    """CPU threads of each worker."""
    tensorboard: bool = False
    """Log the value of each epoch of trials and extended runs to `outputs/<study>/tensorboard`."""
    lease_s: float = Field(default=60.0, gt=0.0)
    """Seconds without a sign of life after which a trial may be taken over."""
    outage_s: float = Field(default=1800.0, gt=0.0)
    """Seconds that a worker waits for a database that does not answer, or for room on the disk."""
    backup_every: int = Field(default=25, ge=0)
    """Finished trials after which a worker backs up the database to outputs/backups; 0: never."""
