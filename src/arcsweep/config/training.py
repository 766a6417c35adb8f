"""Settings of training that are fixed, not swept."""

from typing import Literal

from pydantic import Field

from arcsweep.config.base import Section


class TrainingConfig(Section):
    """How one trial trains; a change here changes what a trial means."""

    epochs: int = Field(default=20, ge=1, le=10_000)
    """Epochs of a trial that is neither pruned nor stopped early."""

    seed: int = Field(default=42, ge=0, lt=2**32)
    """Seed of weights, shuffles and augmentation, the same for every trial."""

    color_permute: bool = True
    """Permute the ten colours of each training view at random."""

    random_demos: bool = True
    """Draw a training view's demonstration pairs at random; false takes the first ones."""

    n_demos: int = Field(default=3, ge=1, le=10)
    """Demonstration pairs in a view."""

    views_per_epoch: int = Field(default=1, ge=1, le=1000)
    """Views of each training task in an epoch."""

    validation_views: int = Field(default=2, ge=1, le=100)
    """Fixed views of each validation task, whose logits are averaged into one prediction."""

    early_stop_patience: int = Field(default=4, ge=0)
    """Epochs without a better validation accuracy after which a trial ends; 0 never stops."""

    scheduler_patience: int = Field(default=1, ge=0)
    """Epochs without a better validation accuracy after which the learning rate falls."""

    scheduler_factor: float = Field(default=0.5, gt=0.0, lt=1.0)
    """Factor by which the learning rate falls where use_scheduler is true."""

    precision: Literal["float32", "bfloat16"] = "float32"
    """Of the encoder's products in training; weights, loss and evaluation are float32 always.
    bfloat16 is many times slower on a processor without such instructions (docs/speed.md)."""

    num_workers: int = Field(default=2, ge=0, le=64)
    """Threads that assemble batches ahead of the training step; any number gives equal batches."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """auto takes a GPU where there is one. Not part of what a trial means."""
