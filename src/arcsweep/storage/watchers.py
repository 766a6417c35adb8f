"""For whom the server runs: it stops when the last of them is gone."""

import json
from dataclasses import asdict
from pathlib import Path

from arcsweep.atomic import write_text
from arcsweep.errors import StorageError
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.processes import ProcessIdentity

UNTIL_STOPPED = "until-stopped"


def add_watcher(folder: DatabaseFolder, watch_pid: int | None) -> Path:
    """Keep the server running while process ``watch_pid`` lives; None: until it is stopped.

    Returns the file that says so. Raises StorageError when there is no such process.
    """
    if watch_pid is None:
        path = folder.watchers / UNTIL_STOPPED
        write_text(path, "", mode=0o600)
        return path
    process = ProcessIdentity.of(watch_pid)
    if process is None:
        raise StorageError(
            f"there is no process {watch_pid} to watch; give the workflow's process number, or "
            "leave the option out and stop the database with `arcsweep db stop`"
        )
    path = folder.watchers / f"{watch_pid}.json"
    write_text(path, json.dumps(asdict(process)), mode=0o600)
    return path


def someone_watches(folder: DatabaseFolder) -> bool:
    """Whether the server is still needed; forgets watchers that are gone."""
    alive = [path for path in folder.watchers.iterdir() if _still_watches(path)]
    return bool(alive)


def clear_watchers(folder: DatabaseFolder) -> None:
    """Forget every watcher."""
    for path in folder.watchers.iterdir():
        path.unlink(missing_ok=True)


def forget_until_stopped(folder: DatabaseFolder) -> None:
    """Forget that the server was to run until it is stopped."""
    (folder.watchers / UNTIL_STOPPED).unlink(missing_ok=True)


def _still_watches(path: Path) -> bool:
    if path.name == UNTIL_STOPPED:
        return True
    if path.suffix != ".json":  # being written
        return False
    process = _read(path)
    if process is not None and process.alive():
        return True
    path.unlink(missing_ok=True)
    return False


def _read(path: Path) -> ProcessIdentity | None:
    try:
        return ProcessIdentity(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
