"""A fixed slot of the extended runs, and the trial that the selection puts into it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.config import Config
from arcsweep.errors import ConfigError, InputError
from arcsweep.labels.json_file import read_json_object

_REMEDY = "run `arcsweep selection` again"


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
    found = chosen_trial(selection, group, rank)
    return Slot(group, rank, seed, found.number, found.params, found.reason)


@dataclass(frozen=True)
class Chosen:
    """What the selection has at one rank of a group; number is None, with a reason, for nothing."""

    number: int | None
    params: dict[str, Any]
    reason: str = ""


def chosen_trial(selection: Path, group: str, rank: int) -> Chosen:
    """The trial at ``rank`` of ``group`` in ``selection`` (selection.json).

    Raises InputError for an unknown group or a damaged file.
    """
    groups = read_json_object(selection, _REMEDY).get("groups")
    if not isinstance(groups, dict):
        raise InputError(f"{selection} lacks `groups`; {_REMEDY}")
    if group not in groups:
        raise InputError(f"--group must be one of {', '.join(groups)} ({selection}), got {group!r}")
    try:
        return _chosen(groups[group], rank)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{selection} lacks or garbles a field of group {group} ({error!r}); {_REMEDY}"
        ) from error


def _chosen(selected: dict[str, Any], rank: int) -> Chosen:
    trial = next((trial for trial in selected["trials"] if trial["rank"] == rank), None)
    if trial is None:
        return Chosen(None, {}, selected["note"] or "no such trial")
    return Chosen(int(trial["number"]), dict(trial["params"]))
