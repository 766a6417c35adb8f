"""Extended runs, kept by what they are: trial, seed and settings."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.atomic import write_json


@dataclass(frozen=True)
class StoredRun:
    """The folder of one run: its record once ended, its model, and checkpoints on the way.

    keeps_model: false for a run of which nothing but its record is wanted.
    """

    folder: Path
    keeps_model: bool = True

    @property
    def record_path(self) -> Path:
        return self.folder / "run.json"

    @property
    def model_path(self) -> Path:
        return self.folder / "model.pt"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def read(self) -> dict[str, Any] | None:
        """The record of a finished run whose model is still whole; None otherwise."""
        try:
            record: dict[str, Any] = json.loads(self.record_path.read_text())
            if not self.keeps_model:
                return record
            whole = hash_file(self.model_path) == record["model_sha256"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return record if whole else None

    def write(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Keep ``record``, with the hash of the model that was saved before; returns it whole."""
        whole = dict(record)
        if self.keeps_model:
            whole["model_sha256"] = hash_file(self.model_path)
        write_json(self.record_path, whole)
        return whole


def settings_hash(params: Mapping[str, Any], seed: int, meaning: Mapping[str, str]) -> str:
    """Short hash of everything that a run's outcome depends on.

    ``meaning`` is the training function's fingerprint under the extended run's settings.
    """
    text = json.dumps([dict(params), seed, dict(meaning)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stored_run(store: Path, trial: int, seed: int, settings: str) -> StoredRun:
    """Where the run of ``trial`` with ``seed`` under these settings is kept."""
    return StoredRun(store / f"trial-{trial}-seed{seed}-{settings}")


def hash_file(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
