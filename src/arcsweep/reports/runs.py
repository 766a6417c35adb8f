"""The extended runs' records: one for each slot (group, rank, seed)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.errors import InputError
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths

_REMEDY = "run `arcsweep extended` for this slot again"


@dataclass(frozen=True)
class Run:
    """One extended run; its figures are of the last epoch, so that no epoch was selected.

    rank: of the trial in its group's selection, from 1.
    predictions: validation task id → predicted category; empty when none were recorded.
    train_accuracy: on the training views of the last epoch.
    curve: accuracy, train_loss and validation_loss of each epoch.
    """

    group: str
    rank: int
    seed: int
    trial: int
    epochs: int
    accuracy: float
    predictions: Mapping[str, str]
    seconds: float
    device: str
    host: str
    n_parameters: int | None
    train_accuracy: float | None = None
    curve: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class EmptySlot:
    """A slot without a run, and why."""

    group: str
    rank: int
    seed: int
    reason: str


def load_runs(
    paths: Paths,
    selection: Mapping[str, Any],
    seeds: Sequence[int],
    validation: Mapping[str, str],
) -> tuple[tuple[Run, ...], tuple[EmptySlot, ...]]:
    """Runs and empty slots of every group, rank and seed of ``selection``.

    A slot whose record is not there yet counts as empty. Raises InputError when a record is
    damaged, or belongs to another selection or split than the ones at hand.
    """
    runs: list[Run] = []
    empty: list[EmptySlot] = []
    for group, selected in selection["groups"].items():
        numbers = {trial["rank"]: trial["number"] for trial in selected["trials"]}
        for rank in range(1, selected["requested"] + 1):
            for seed in seeds:
                path = paths.extended_record(group, rank, seed)
                slot = _slot(path, group, rank, seed)
                if isinstance(slot, Run):
                    _check(slot, path, numbers.get(rank), validation)
                    runs.append(slot)
                else:
                    empty.append(slot)
    return tuple(runs), tuple(empty)


def _slot(path: Path, group: str, rank: int, seed: int) -> Run | EmptySlot:
    if not path.exists():
        return EmptySlot(group, rank, seed, "not run yet")
    record = read_json_object(path, _REMEDY)
    try:
        if record["empty"]:
            return EmptySlot(group, rank, seed, str(record["reason"]))
        return _run(record)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} lacks or garbles a field ({error!r}); {_REMEDY}") from error


def _run(record: Mapping[str, Any]) -> Run:
    final = record["final"]
    n_parameters = record.get("n_parameters")
    return Run(
        group=str(record["group"]),
        rank=int(record["rank"]),
        seed=int(record["seed"]),
        trial=int(record["trial"]),
        epochs=int(record["epochs"]),
        accuracy=float(final["accuracy"]),
        predictions=dict(final.get("predictions") or {}),
        seconds=float(record["seconds"]),
        device=str(record["device"]),
        host=str(record["host"]),
        n_parameters=None if n_parameters is None else int(n_parameters),
        train_accuracy=final.get("train_accuracy"),
        curve=tuple(record.get("history") or ()),
    )


def _check(run: Run, path: Path, selected: int | None, validation: Mapping[str, str]) -> None:
    if run.trial != selected:
        chosen = "no trial" if selected is None else f"trial {selected}"
        raise InputError(
            f"{path} is of trial {run.trial}, but {chosen} is selected for this slot; {_REMEDY}"
        )
    if run.predictions and run.predictions.keys() != validation.keys():
        raise InputError(
            f"{path} predicts {len(run.predictions)} tasks that are not the {len(validation)}"
            f" validation tasks of the split; {_REMEDY}"
        )
