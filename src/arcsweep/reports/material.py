"""Everything that the pages are made from, read once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from arcsweep.config import Config
from arcsweep.embeddings.record import Embeddings, load_embeddings
from arcsweep.errors import InputError
from arcsweep.hypotheses.adopted import HypothesisRuns, load_hypothesis_runs
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.reports.fold_runs import FoldRuns, load_fold_runs
from arcsweep.reports.runs import EmptySlot, Run, load_runs
from arcsweep.selection.table import read_trials
from arcsweep.split.split import Split, load_split


@dataclass(frozen=True, eq=False)
class Material:
    """What was measured.

    trials: the trials table, one row a trial.
    selection: selection.json.
    runs, empty_slots: the extended runs, and the slots without one.
    evidence: task id → why it has its label.
    label_source: "derived" from the programs, or "file".
    manifest, study: manifest.json and study.json; empty where a study was made without them.
    baseline, audit: baseline.json and audit.json; empty where there is none.
    diagnosis: diagnosis.json; empty where there is none.
    embeddings: of the split's tasks; None where `arcsweep embeddings` was not run.
    fold_runs: what was answered on the folds; None where nothing is confirmed.
    hypotheses: what changed trials answered there; None where no hypothesis is asked.
    """

    config: Config
    trials: pd.DataFrame
    selection: Mapping[str, Any]
    runs: tuple[Run, ...]
    empty_slots: tuple[EmptySlot, ...]
    split: Split
    evidence: Mapping[str, str]
    label_source: str
    manifest: Mapping[str, Any]
    study: Mapping[str, Any]
    baseline: Mapping[str, Any]
    audit: Mapping[str, Any]
    diagnosis: Mapping[str, Any]
    embeddings: Embeddings | None
    fold_runs: FoldRuns | None = None
    hypotheses: HypothesisRuns | None = None


def load_material(config: Config, paths: Paths) -> Material:
    """Read all that the study of ``config`` has left; raises InputError when a part is missing."""
    split = load_split(paths.split)
    selection = read_json_object(paths.selection, "run `arcsweep selection`")
    if not isinstance(selection.get("groups"), dict):
        raise InputError(f"{paths.selection} lacks `groups`; run `arcsweep selection` again")
    runs, empty_slots = load_runs(paths, selection, config.extended.seeds, split.validation)
    labels = read_json_object(paths.labels, "run `arcsweep labels`")
    return Material(
        config=config,
        trials=read_trials(paths.trials_parquet),
        selection=selection,
        runs=runs,
        empty_slots=empty_slots,
        split=split,
        evidence=labels.get("evidence") or {},
        label_source=str(labels.get("source", "unknown")),
        manifest=read_json_object(paths.manifest, "run `arcsweep tasks`"),
        study=read_json_object(paths.study_record, "run the study"),
        baseline=_if_there(paths.baseline, "run `arcsweep baseline`"),
        audit=_if_there(paths.audit, "run `arcsweep audit`"),
        embeddings=_embeddings(paths, split),
        fold_runs=load_fold_runs(config, paths, selection, split),
        hypotheses=load_hypothesis_runs(config, paths),
        diagnosis=_if_there(paths.diagnosis, "run `arcsweep diagnosis`"),
    )


def _if_there(path: Path, remedy: str) -> Mapping[str, Any]:
    return read_json_object(path, remedy) if path.exists() else {}


def _embeddings(paths: Paths, split: Split) -> Embeddings | None:
    if not paths.embeddings.exists():
        return None
    found = load_embeddings(paths.embedding_arrays, paths.embeddings)
    if set(found.tasks) != split.train.keys() | split.validation.keys():
        raise InputError(
            f"{paths.embeddings} is of other tasks than {paths.split}; run `arcsweep embeddings`"
            " again"
        )
    return found


def json_cell(value: Any) -> Any:
    """A dict or list that the trials table holds as a JSON string; None for an empty cell."""
    if isinstance(value, str) and value:
        return json.loads(value)
    return value if isinstance(value, (dict, list)) else None
