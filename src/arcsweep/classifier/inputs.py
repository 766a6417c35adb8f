"""The tasks that a user asks about: files, folders and public data sets."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.errors import InputError
from arcsweep.tasks.arc_json import Example, decode_demonstrations, read_content


@dataclass(frozen=True)
class AskedTask:
    """task_id: the file's name without .json. source: the file or data set that it comes from."""

    task_id: str
    source: str
    pairs: Sequence[Example]


@dataclass(frozen=True)
class Inputs:
    """What could be read, and one line for each file that could not, naming file and rule."""

    tasks: tuple[AskedTask, ...]
    faults: tuple[str, ...]


def read_paths(paths: Sequence[Path], advance: Callable[[], None] = lambda: None) -> Inputs:
    """The tasks in these files, and in all JSON files in and below these folders.

    A broken file is a fault and the others are read. advance: called after each file.
    """
    tasks, faults = [], []
    for path in task_paths(paths):
        try:
            pairs = read_demonstrations(path)
        except InputError as error:
            faults.append(str(error))
        else:
            tasks.append(AskedTask(path.stem, str(path), pairs))
        advance()
    for folder in paths:
        if folder.is_dir() and next(_below(folder), None) is None:
            faults.append(f"{folder}: must hold at least one .json file, it holds none")
    return Inputs(tuple(tasks), tuple(faults))


def task_paths(paths: Sequence[Path]) -> list[Path]:
    """The files that ``paths`` name, each once, folders' files sorted; hidden ones are none."""
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(sorted(_below(path)) if path.is_dir() else [path]))
    return list(found)


def read_demonstrations(path: Path) -> list[Example]:
    """The demonstration pairs of one file. Raises InputError, naming file and rule."""
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder; correct the path")
    return decode_demonstrations(read_content(path), path)


def task_from_object(task: Mapping[str, Any], name: str = "task") -> AskedTask:
    """A task given as ARC's JSON object. Raises InputError when it is not as ARC has it."""
    try:
        content = json.dumps(task).encode()
    except (TypeError, ValueError) as error:
        raise InputError(f"{name}: must be an object as ARC's JSON has it ({error})") from error
    return AskedTask(name, name, decode_demonstrations(content, Path(name)))


def _below(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.rglob("*.json")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
