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
    threads: int = Field(default=1, ge=1, le=256)
    """CPU threads of each worker."""
    tensorboard: bool = False
    """Log the value of each epoch of trials and extended runs to `outputs/<study>/tensorboard`."""
    lease_s: float = Field(default=60.0, gt=0.0)
    """Seconds without a sign of life after which a trial may be taken over."""
    outage_s: float = Field(default=1800.0, gt=0.0)
    """Seconds that a worker waits for a database that does not answer."""
