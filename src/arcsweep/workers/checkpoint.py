"""Checkpoints of one trial: whole or absent, newest good one first."""

import hashlib
import json
import logging
import math
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from arcsweep.atomic import atomic_open

logger = logging.getLogger(__name__)

_NAME = re.compile(r"token-(\d+)\.epoch-(\d+)\.ckpt")
_UNFINISHED = re.compile(r"\.token-(\d+)\.epoch-\d+\.ckpt\..*\.tmp")
_MAGIC = b"arcsweep checkpoint 2\n"  # then the SHA-256 of all that follows it, header, state
_KEPT = 2  # the newest may turn out damaged


@dataclass(frozen=True)
class Checkpoint:
    """All that is needed to go on after ``epoch``.

    history holds one dict an epoch (epoch, value, and metrics where it was the best until then);
    best_metrics are those of the best epoch; state is the training function's own, opaque to the
    engine.
    """

    epoch: int
    history: tuple[Mapping[str, Any], ...]
    best_epoch: int
    best_metrics: Mapping[str, Any]
    facts: Mapping[str, Any]
    seconds: float
    state: bytes

    def header(self) -> dict[str, Any]:
        """Everything but the state, JSON-serialisable."""
        fields = asdict(self)
        state = fields.pop("state")
        return {**fields, "size_bytes": len(state)}

    def cut_after(self, epoch: int) -> "Checkpoint":
        """What was known when ``epoch`` ended; the state is gone, as nobody goes on from there."""
        history = tuple(row for row in self.history if row["epoch"] <= epoch)
        best = [row for row in history if "metrics" in row][-1]
        return replace(
            self,
            epoch=epoch,
            history=history,
            best_epoch=best["epoch"],
            best_metrics=best["metrics"],
            state=b"",
        )


class CheckpointFolder:
    """The checkpoints of one trial, on a file system that all workers share.

    File names carry the fencing token of the owner that wrote them. A newer owner's checkpoints
    always go before an older one's: a former owner that was suspended and woke up may still write
    files, and they are never read.

    identity: says which training the states belong to. A checkpoint of another one is never read:
        after a database was restored or made anew, a trial number may mean another trial.
    """

    def __init__(self, folder: Path, identity: str = "") -> None:
        self._folder = folder
        self._identity = identity

    def save(self, checkpoint: Checkpoint, token: int) -> None:
        """Write ``checkpoint`` atomically and drop those that it makes superfluous.

        Raises OSError when the file system refuses (no space, no permission, read-only).
        """
        fields = {"identity": self._identity, **checkpoint.header()}
        header = json.dumps(fields, allow_nan=False).encode() + b"\n"
        path = self._folder / f"token-{token}.epoch-{checkpoint.epoch}.ckpt"
        with atomic_open(path, mode=0o600) as stream:
            stream.write(_MAGIC)
            stream.write(_digest(header, checkpoint.state))
            stream.write(header)
            stream.write(checkpoint.state)
        self._drop_superfluous(token)

    def load(self) -> Checkpoint | None:
        """The checkpoint to go on from; damaged ones are passed over with a warning.

        Raises OSError when the file system refuses.
        """
        ceiling = math.inf  # lowest epoch that a newer owner has written itself
        ours = (row for row in self._listed() if not self._is_foreign(row[2]))
        for _, group in groupby(ours, key=lambda row: row[0]):
            files = [(epoch, path) for _, epoch, path in group]
            for epoch, path in files:
                if epoch >= ceiling:
                    continue  # by a former owner, after the take-over
                found = _read(path)
                if found is not None:
                    return found
                logger.warning("checkpoint %s is damaged, going back to the one before", path)
            ceiling = min(ceiling, *(epoch for epoch, _ in files))
        return None

    def remove(self) -> None:
        """Delete the folder of a finished trial."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _listed(self) -> list[tuple[int, int, Path]]:
        """(token, epoch, path), the newest owner's latest first."""
        if not self._folder.is_dir():
            return []
        named = ((_NAME.fullmatch(path.name), path) for path in self._folder.iterdir())
        found = [(int(m[1]), int(m[2]), path) for m, path in named if m is not None]
        return sorted(found, reverse=True)

    def _is_foreign(self, path: Path) -> bool:
        """Whether ``path`` holds another training's state; no for one that cannot be read."""
        header = _read_header(path)
        if header is None or header.get("identity", "") == self._identity:
            return False
        logger.warning("checkpoint %s belongs to another trial of this number, not read", path)
        return True

    def _drop_superfluous(self, token: int) -> None:
        listed = self._listed()
        own = [path for owner, _, path in listed if owner == token]
        for path in own[_KEPT:]:
            path.unlink(missing_ok=True)
        if len(own) >= _KEPT:
            for owner, _, path in listed:
                if owner < token:
                    path.unlink(missing_ok=True)
            self._drop_unfinished(token)

    def _drop_unfinished(self, token: int) -> None:
        """Delete what former owners were writing when they were killed."""
        for path in self._folder.iterdir():
            match = _UNFINISHED.fullmatch(path.name)
            if match is not None and int(match[1]) < token:
                path.unlink(missing_ok=True)


def highest_token(folders: Iterable[Path]) -> int:
    """The highest fencing token on a checkpoint below ``folders``, each one study's; else 0."""
    found = (path for folder in folders for path in folder.glob("trial-*/*.ckpt"))
    matches = (_NAME.fullmatch(path.name) for path in found)
    return max((int(match[1]) for match in matches if match is not None), default=0)


def _digest(header: bytes, state: bytes) -> bytes:
    digest = hashlib.sha256(header)
    digest.update(state)
    return digest.hexdigest().encode() + b"\n"


def _read(path: Path) -> Checkpoint | None:
    """The checkpoint in ``path``; None when it is damaged or was removed meanwhile."""
    try:
        with path.open("rb") as stream:
            magic, digest, header = (stream.readline() for _ in range(3))
            state = stream.read()
        if magic != _MAGIC or digest != _digest(header, state):
            return None
        fields = json.loads(header)
        del fields["identity"], fields["size_bytes"]
        fields["history"] = tuple(fields["history"])
        return Checkpoint(**fields, state=state)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _read_header(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as stream:
            magic, _, header = (stream.readline() for _ in range(3))
        fields = json.loads(header) if magic == _MAGIC else None
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None
