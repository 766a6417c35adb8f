"""Settings of the train/validation split and of the category centroids."""

from pydantic import Field

from arcsweep.config.base import Section


class SplitConfig(Section):
    """The split by task that the search uses, and the centroids of its training part."""

    val_ratio: float = Field(default=0.2, gt=0.0, lt=1.0)
    """Share of each category's tasks that validates."""

    seed: int = Field(default=42, ge=0, lt=2**32)
    """Seed of the split."""

    stratify: bool = True
    """Keep each category's share equal on both sides."""

    max_tasks_per_category: int | None = Field(default=None, ge=5)
    """Take at most this many tasks of each category (seeded choice); null takes all."""

    centroids: str = "outputs/visual_classifier/category_centroids_v3.npy"
    """Where the (9, D) float32 centroid matrix of the search split is written."""

    centroids_file: str | None = None
    """Your own (9, D) float .npy, copied to `centroids` in place of the derived matrix."""
