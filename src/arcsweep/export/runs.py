"""The extended runs of a study, and their models."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.config import Config
from arcsweep.errors import InputError
from arcsweep.extended.store import hash_file
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths

_REMEDY = "run `arcsweep extended` for this slot again"

_FACTS = ("group", "rank", "seed", "trial", "epochs", "n_parameters", "code_version")


@dataclass(frozen=True)
class ConfirmedRun:
    """One finished extended run. facts: where its model comes from; model_sha256 names it."""

    facts: Mapping[str, Any]
    model_path: Path
    model_sha256: str
    validated: frozenset[str]


def confirmed_runs(
    config: Config, paths: Paths, group: str | None, rank: int | None, seed: int | None
) -> tuple[list[ConfirmedRun], int]:
    """The runs of the slots that group, rank and seed leave, and how many such slots have none.

    Raises InputError when no slot has a run, or a record or its model is damaged.
    """
    runs, n_empty = [], 0
    for path in _records(config, paths, group, rank, seed):
        record = read_json_object(path, _REMEDY) if path.exists() else {"empty": True}
        if record.get("empty"):
            n_empty += 1
        else:
            runs.append(_run(record, path, paths))
    if not runs:
        wanted = f"group {group or 'any'}, rank {rank or 'any'}, seed "
        wanted += "any" if seed is None else str(seed)
        raise InputError(
            f"study {config.study.name} must have at least one finished extended run to export, "
            f"got none of {wanted} below {paths.study_dir}; run the workflow, or name "
            "another --group, --rank or --seed"
        )
    return runs, n_empty


def _records(
    config: Config, paths: Paths, group: str | None, rank: int | None, seed: int | None
) -> list[Path]:
    selection = read_json_object(paths.selection, "run the workflow of this study")
    groups = selection.get("groups")
    if not isinstance(groups, dict):
        raise InputError(f"{paths.selection} lacks `groups`; run `arcsweep selection` again")
    return [
        paths.extended_record(name, position, number)
        for name in groups
        if group in (None, name)
        for position in range(1, config.selection.top_k + 1)
        if rank in (None, position)
        for number in config.extended.seeds
        if seed in (None, number)
    ]


def _run(record: Mapping[str, Any], path: Path, paths: Paths) -> ConfirmedRun:
    try:
        model_path = paths.study_dir / record["model"]
        run = ConfirmedRun(
            {
                **{name: record.get(name) for name in _FACTS},
                "accuracy": float(record["final"]["accuracy"]),
                "model_sha256": record["model_sha256"],
            },
            model_path,
            str(record["model_sha256"]),
            frozenset(record["final"]["predictions"]),
        )
        whole = hash_file(model_path) == run.model_sha256
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise InputError(f"{path} lacks or garbles a part ({error!r}); {_REMEDY}") from error
    if not whole:
        raise InputError(f"{model_path} is not the model that {path} names; {_REMEDY}")
    return run
