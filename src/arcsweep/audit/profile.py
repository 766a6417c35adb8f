"""What a Snakemake profile grants a job of the sweep."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from arcsweep.errors import InputError

_RULES = ("sweep", "worker")
"""The rules that train trials: a task of the Slurm array, or a worker job."""


@dataclass(frozen=True)
class Grant:
    """memory_mb and runtime_min of a worker job; None where the profile sets none."""

    source: str
    memory_mb: float | None
    runtime_min: float | None


def read_grant(profile: Path) -> Grant:
    """The grant of ``profile``, a folder with a config.yaml or the file itself.

    Raises InputError when it cannot be read.
    """
    file = profile / "config.yaml" if profile.is_dir() else profile
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"--profile must be a folder with a Snakemake config.yaml, got {profile}: {error}"
        ) from error
    rules = content.get("set-resources") or {}
    resources: dict[str, object] = next((rules[rule] for rule in _RULES if rule in rules), {})
    return Grant(str(file), _number(resources.get("mem_mb")), _number(resources.get("runtime")))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
