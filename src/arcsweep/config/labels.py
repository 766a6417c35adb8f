"""Settings of the taxonomy labels."""

from arcsweep.config.base import Section


class LabelsConfig(Section):
    """Which taxonomy category each task has."""

    file: str | None = None
    """Your own JSON object of task id → category; null derives the labels from the programs."""
