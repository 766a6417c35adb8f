"""What a study means, and the refusal to mix two meanings in one study."""

import hashlib
import json
from collections.abc import Mapping

from arcsweep.config.study import StudyConfig
from arcsweep.errors import StudyMismatchError
from arcsweep.protocol import Objective
from arcsweep.study.space import Space


def study_fingerprint(config: StudyConfig, objective: Objective) -> dict[str, str]:
    """Name → value of everything that changes what a trial of the study means.

    The budget, the sampler and the code's revision are no part of it: they change which trials
    there are, not what one of them says.
    """
    return {
        "direction": config.direction,
        "objective": config.objective,
        "pruner": json.dumps(config.pruner.model_dump(), sort_keys=True),
        "space": Space(config.space).meaning(),
        **objective.fingerprint(),
    }


def refuse_mixture(name: str, recorded: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Raise StudyMismatchError when a run would add trials of another meaning to study ``name``."""
    shown = differences(recorded, wanted)
    if not shown:
        return
    raise StudyMismatchError(
        f"study.name {name!r} holds trials of other settings, and a mixture would mean nothing:"
        f" {'; '.join(f'{key}: study has {text}' for key, text in shown.items())}. Go back to the"
        " old settings, or start a new study that learns from this one: give study.name a new name"
        f" and set study.warm_start_from to {name}"
    )


def differences(recorded: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Key → ``old, this run new``, for each part of the meaning that is not the same."""
    return {
        key: _differences(recorded.get(key), wanted.get(key))
        for key in sorted({*recorded, *wanted})
        if not _same(recorded.get(key), wanted.get(key))
    }


def meaning_digest(fingerprint: Mapping[str, str]) -> str:
    """SHA-256 in hex of a fingerprint."""
    return _sha256(json.dumps(dict(fingerprint), sort_keys=True))


def _same(recorded: str | None, wanted: str | None) -> bool:
    # Studies of before the space was recorded in full hold the hash of its text.
    return recorded == wanted or (wanted is not None and recorded == _sha256(wanted))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _differences(old: str | None, new: str | None) -> str:
    """``old, this run new``, reduced to the keys that differ where both are JSON objects."""
    try:
        before, after = json.loads(old or "null"), json.loads(new or "null")
    except ValueError:
        before = after = None
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return ", ".join(
            f"{key} {json.dumps(before.get(key))}, this run {json.dumps(after.get(key))}"
            for key in keys
        )
    return f"{_short(old)}, this run {_short(new)}"


def _short(value: str | None) -> str:
    return "nothing" if value is None else value if len(value) <= 40 else value[:12] + "…"
