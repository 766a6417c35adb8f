"""The manifest: what the task data are and how they came about."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arcsweep.atomic import write_json
from arcsweep.errors import InputError

_REMEDY = "run `arcsweep tasks`"


class TaskEntry(BaseModel):
    """One task's file: its examples, the draws that were refused, and the hash of its bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    examples: int = Field(ge=1)
    rejected: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """Everything known of the task data; what only generated data have is None for files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Literal["rearc", "files"]
    packages: dict[str, str] = {}
    seed: int | None = None
    difficulty: tuple[float, float] | None = None
    examples_per_task: int | None = None
    tasks: dict[str, TaskEntry] = {}

    @property
    def content_hash(self) -> str:
        """Hex SHA-256 over task ids and file hashes, and nothing else."""
        lines = (f"{task_id} {entry.sha256}\n" for task_id, entry in sorted(self.tasks.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def with_tasks(self, tasks: Mapping[str, TaskEntry]) -> "Manifest":
        """The same origin with ``tasks``, sorted by id."""
        return self.model_copy(update={"tasks": dict(sorted(tasks.items()))})

    def has_origin_of(self, other: "Manifest") -> bool:
        """Whether both were made the same way, so that equal task ids mean equal files."""
        return self.with_tasks({}) == other.with_tasks({})


def hash_content(content: bytes) -> str:
    """The hash by which the manifest knows a task's file."""
    return hashlib.sha256(content).hexdigest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write ``manifest`` atomically; an equal file keeps its age, so that nothing reruns for it."""
    try:
        if read_manifest(path) == manifest:
            return
    except InputError:
        pass  # missing or damaged: about to be replaced
    write_json(path, manifest.model_dump(mode="json") | {"content_hash": manifest.content_hash})


def read_manifest(path: Path) -> Manifest:
    """The manifest in ``path``; raises InputError when it is missing, damaged or edited by hand."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: the manifest is missing; {_REMEDY}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error
    try:
        fields = json.loads(content)
        stored_hash = fields.pop("content_hash", None) if isinstance(fields, dict) else None
        manifest = Manifest.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise InputError(f"{path}: {place}: {first['msg']}; remove it and {_REMEDY}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: must be whole JSON: {error}; remove it and {_REMEDY}") from error
    if manifest.content_hash != stored_hash:
        raise InputError(
            f"{path}: content_hash must be the hash of the tasks listed, {manifest.content_hash}, "
            f"got {str(stored_hash)[:80]}; remove it and {_REMEDY}"
        )
    return manifest
