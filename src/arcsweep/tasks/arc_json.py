"""One task's ARC JSON file: read, checked and written."""

import json
from pathlib import Path
from typing import Any, Never

from arcsweep.atomic import atomic_open
from arcsweep.errors import InputError
from arcsweep.tasks.gc_pause import gc_paused
from arcsweep.tasks.grid import Grid, GridError

Example = tuple[Grid, Grid]
"""A demonstration pair: input grid, output grid."""

_SIDES = ("input", "output")
_REMEDY = "correct the file or remove it"


def encode_task(examples: list[Example]) -> bytes:
    """The file of a task whose examples all stand under "train"; no spaces, since size counts."""
    pairs = (f'{{"input":{given.json()},"output":{made.json()}}}' for given, made in examples)
    return f'{{"train":[{",".join(pairs)}],"test":[]}}\n'.encode("ascii")


def write_task(path: Path, examples: list[Example]) -> bytes:
    """Write a task's file atomically and return its content."""
    content = encode_task(examples)
    with atomic_open(path) as stream:
        stream.write(content)
    return content


def read_content(path: Path) -> bytes:
    """The bytes of a task's file; raises InputError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: the task's file is missing; run `arcsweep tasks`") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error


@gc_paused()
def decode_task(content: bytes, path: Path) -> list[Example]:
    """The examples of a task's file: pairs under "train", then test pairs with output.

    A test pair without an output is no example and is passed over; keys that ARC does not know are
    ignored. ``path`` only names the file in errors.
    Raises InputError, naming file, pair, side, rule and value, when anything is not as ARC has it.
    """
    train, test = _decode(content, path)
    return train + test


def decode_demonstrations(content: bytes, path: Path) -> list[Example]:
    """The pairs under "train" alone: all that a solver is shown. Raises as decode_task."""
    return _decode(content, path)[0]


def _decode(content: bytes, path: Path) -> tuple[list[Example], list[Example]]:
    """Pairs under "train", and test pairs with output."""
    try:
        task = json.loads(
            content, parse_constant=_no_constant, object_pairs_hook=_object_of_unique_keys
        )
    except (ValueError, RecursionError) as error:
        _refuse(path, f"must be whole and valid JSON: {error or 'nested too deeply'}")
    if not isinstance(task, dict):
        _refuse(path, f"must hold one JSON object, got {_kind(task)}")
    if "train" not in task:
        found = ", ".join(sorted(task)[:3]) or "none"
        _refuse(path, f'must hold one task with the key "train", its keys are: {found}')
    pairs = _pairs(task, "train", path)
    if not pairs:
        _refuse(path, "train must hold at least one pair, got none")
    train = [_example(pair, f"train[{index}]", path) for index, pair in enumerate(pairs)]
    test = [
        _example(pair, f"test[{index}]", path)
        for index, pair in enumerate(_pairs(task, "test", path))
        if not isinstance(pair, dict) or "output" in pair
    ]
    return train, test


def _pairs(task: dict[str, Any], part: str, path: Path) -> list[Any]:
    pairs = task.get(part, [])
    if not isinstance(pairs, list):
        _refuse(path, f"{part} must be a list of pairs, got {_kind(pairs)}")
    return pairs


def _example(pair: Any, place: str, path: Path) -> Example:
    if not isinstance(pair, dict):
        _refuse(path, f"{place} must be an object with input and output, got {_kind(pair)}")
    for side in _SIDES:
        if side not in pair:
            _refuse(path, f'{place} must have the key "{side}", it is missing')
    return _grid(pair, "input", place, path), _grid(pair, "output", place, path)


def _grid(pair: dict[str, Any], side: str, place: str, path: Path) -> Grid:
    try:
        return Grid.of(pair[side])
    except GridError as error:
        _refuse(path, f"{place}.{side}: {error}")


def _object_of_unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Python keeps the last of two equal keys; half of a task must not vanish like that."""
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("an object names one key twice")
    return result


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is no JSON number")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")


def _refuse(path: Path, fault: str) -> Never:
    raise InputError(f"{path}: {fault}; {_REMEDY}")
