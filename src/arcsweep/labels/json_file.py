"""JSON files that a stage reads, with errors that a person can act on."""

import json
from pathlib import Path
from typing import Any

from arcsweep.errors import InputError


def read_json_object(path: Path, remedy: str) -> dict[str, Any]:
    """The JSON object in ``path``; ``remedy`` ends the error when there is none.

    Raises InputError when the file is missing, unreadable, no JSON, no object, or names a key
    twice (JSON parsers silently keep the last one).
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique_keys)
    except FileNotFoundError:
        raise InputError(f"{path} is missing; {remedy}") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); {remedy}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} must hold one JSON object: {error}; {remedy}") from error
    if not isinstance(value, dict):
        raise InputError(f"{path} must hold one JSON object, got {type(value).__name__}; {remedy}")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return result
