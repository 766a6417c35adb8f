"""Settings of the report pages."""

from pydantic import Field

from arcsweep.config.base import Section


class ReportsConfig(Section):
    """How the pages are made."""

    title: str = Field(default="Which encoder recognises an ARC task's category?", min_length=1)
    """Heading of the index page."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1.0)
    """Level of every interval."""
    bootstrap_samples: int = Field(default=2000, ge=100, le=1_000_000)
    """Resamples behind each bootstrap interval."""
    seed: int = Field(default=0, ge=0, lt=2**32)
    """Seed of the resampling."""
