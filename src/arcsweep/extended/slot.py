"""A fixed slot of the extended runs, and the trial that the selection puts into it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.config import Config
from arcsweep.errors import ConfigError, InputError


@dataclass(frozen=True)
class Slot:
    """group × rank × seed; trial is None when the selection has fewer trials than ranks."""

    group: str
    rank: int
    seed: int
    trial: int | None
    params: dict[str, Any]
    reason: str

    def identity(self) -> dict[str, Any]:
        """What names the slot in its record."""
        return {"group": self.group, "rank": self.rank, "seed": self.seed}


def find_slot(config: Config, selection: Path, group: str, rank: int, seed: int) -> Slot:
    """The slot as ``selection`` (selection.json) fills it.

    Raises ConfigError for a rank or seed outside the config, InputError for an unknown group or a
    damaged file.
    """
    if not 1 <= rank <= config.selection.top_k:
        raise ConfigError(
            f"--rank must be from 1 to selection.top_k ({config.selection.top_k}), got {rank}"
        )
    if seed not in config.extended.seeds:
        raise ConfigError(
            f"--seed must be one of extended.seeds {list(config.extended.seeds)}, got {seed}"
        )
    groups = _groups(selection)
    if group not in groups:
        raise InputError(f"--group must be one of {', '.join(groups)} ({selection}), got {group!r}")
    chosen = next((t for t in groups[group]["trials"] if t["rank"] == rank), None)
    if chosen is None:
        return Slot(group, rank, seed, None, {}, groups[group]["note"] or "no such trial")
    return Slot(group, rank, seed, int(chosen["number"]), dict(chosen["params"]), "")


def _groups(selection: Path) -> dict[str, Any]:
    try:
        groups: dict[str, Any] = json.loads(selection.read_text())["groups"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{selection} must be a selection of trials, got {type(error).__name__}: {error};"
            " run `arcsweep selection` again"
        ) from error
    return groups
