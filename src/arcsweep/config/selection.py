"""Settings of the selection of the best trials."""

from pydantic import Field

from arcsweep.config.base import Section


class SelectionConfig(Section):
    """Which trials get an extended run."""

    by: str = "encoder_type"
    """Categorical parameter whose choices are selected from separately."""
    top_k: int = Field(default=5, ge=1, le=100)
    """Best COMPLETE trials of each choice."""
