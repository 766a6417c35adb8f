"""Settings of the confirmation on repeated folds."""

from collections.abc import Iterator

from pydantic import Field

from arcsweep.config.base import Problem, Section


class ConfirmationConfig(Section):
    """The selected trials judged on tasks that selected nothing (docs/confirmation.md)."""

    folds: int = Field(default=5, ge=0, le=100)
    """Stratified folds of the search's training tasks, each judged by one run; 0 is off."""

    repeats: int = Field(default=2, ge=1, le=100)
    """Divisions into folds, each drawn anew."""

    top_k: int | None = Field(default=None, ge=1, le=100)
    """Best selected trials of each choice to confirm; null confirms all of them."""

    epochs: int | None = Field(default=None, ge=1, le=100_000)
    """Epochs of each run; null takes `extended.epochs`. The last one is read."""

    @property
    def n_folds(self) -> int:
        """Folds of all repeats, each one run of a configuration; 0 when nothing is confirmed."""
        return self.folds * self.repeats

    def problems(self) -> Iterator[Problem]:
        if self.folds == 1:
            yield Problem(
                ("folds",),
                "must be 0 or at least 2, got 1; one fold leaves nothing to train on, 0 is off",
            )
