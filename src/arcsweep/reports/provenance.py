"""How the study was made: what it cost, where it ran, and what exactly was run."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from arcsweep.reports.groups import Group
from arcsweep.reports.material import Material

OUTCOMES = {
    "complete": "trained to its end",
    "pruned": "stopped early for being worse than others",
    "diverged": "its loss was no longer a finite number",
    "out_of_memory": "needed more memory than the device has",
    "stuck": "lost its worker again and again without finishing an epoch",
    "failed": "ended by a programming error",
    "running": "not ended when the table was made",
}
"""Every way a trial can end, in words."""


@dataclass(frozen=True)
class Provenance:
    """counts: outcome → number of trials, for each group name and for "" (all).
    n_epochs, seconds: of all trials; extended_*: of the extended runs.
    facts: (term, value) pairs in reading order.
    fingerprint: (name, value) of all that decides what a trial of the study means.
    warnings: what a reader must know before trusting the figures.
    """

    n_trials: int
    counts: Mapping[str, Mapping[str, int]]
    n_epochs: int
    seconds: float
    n_extended: int
    extended_epochs: int
    extended_seconds: float
    facts: tuple[tuple[str, str], ...]
    fingerprint: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def provenance(material: Material, groups: tuple[Group, ...]) -> Provenance:
    """The record of how ``material`` was made."""
    trials = material.trials
    counts = {"": _counts(trials)} | {group.name: _counts(group.trials) for group in groups}
    return Provenance(
        n_trials=len(trials),
        counts=counts,
        n_epochs=int(_total(trials, "epochs_run")),
        seconds=_total(trials, "seconds"),
        n_extended=len(material.runs),
        extended_epochs=sum(run.epochs for run in material.runs),
        extended_seconds=sum(run.seconds for run in material.runs),
        facts=tuple((term, value) for term, value in _facts(material) if value),
        fingerprint=tuple((k, str(v)) for k, v in sorted(_fingerprint(material.study).items())),
        warnings=tuple(_warnings(material)),
    )


def _fingerprint(study: Mapping[str, Any]) -> Mapping[str, Any]:
    found = study.get("fingerprint")
    return found if isinstance(found, dict) else {}


def _counts(trials: pd.DataFrame) -> dict[str, int]:
    return dict.fromkeys(OUTCOMES, 0) | dict(Counter(_column(trials, "outcome")))


def _total(trials: pd.DataFrame, column: str) -> float:
    return float(pd.to_numeric(trials[column]).sum()) if column in trials else 0.0


def _facts(material: Material) -> list[tuple[str, str]]:
    config, study, trials = material.config, material.study, material.trials
    runs = material.runs
    return [
        ("Study", config.study.name),
        ("Budget", f"{config.study.n_trials} finished trials"),
        ("Sampler", _settings(config.study.sampler.model_dump())),
        ("Pruner", _settings(config.study.pruner.model_dump())),
        ("Seed of every trial", str(config.training.seed)),
        ("Epochs of a full trial", str(config.training.epochs)),
        ("Seeds of the extended runs", ", ".join(map(str, config.extended.seeds))),
        ("Epochs of an extended run", str(config.extended.epochs)),
        ("Searched", _span(trials)),
        ("Hosts", _distinct([*_column(trials, "host"), *(run.host for run in runs)])),
        ("Devices", _distinct([*_column(trials, "device"), *(run.device for run in runs)])),
        ("Code version", _distinct(_column(trials, "code_version"))),
        ("Study created", str(study.get("created_at", ""))),
        ("Tasks generated", _generated(material.manifest)),
        ("Labels", _labels(material.label_source)),
        ("Hash of the tasks", str(material.manifest.get("content_hash", ""))),
        ("Hash of the split", material.split.content_hash),
        ("Resampling", f"{config.reports.bootstrap_samples} resamples, seed {config.reports.seed}"),
        ("Packages", _packages(material.manifest)),
    ]


def _warnings(material: Material) -> list[str]:
    trials, budget = material.trials, material.config.study.n_trials
    finished = int(trials["state"].isin(["COMPLETE", "PRUNED"]).sum())
    result = []
    if finished < budget:
        result.append(f"The study is not finished: {finished} of {budget} trials have ended.")
    versions = set(_column(trials, "code_version"))
    if len(versions) > 1:
        result.append(f"Trials ran with {len(versions)} versions of the code.")
    failed = int((trials["state"] == "FAIL").sum())
    if failed:
        noun = "trial" if failed == 1 else "trials"
        result.append(f"{failed} {noun} failed for a programming error.")
    waiting = sum(slot.reason == "not run yet" for slot in material.empty_slots)
    if waiting:
        result.append(f"{waiting} extended runs have not been made yet.")
    return result


def _column(trials: pd.DataFrame, name: str) -> list[str]:
    return [str(value) for value in trials[name].dropna()] if name in trials else []


def _distinct(values: list[str]) -> str:
    return ", ".join(dict.fromkeys(value for value in values if value))


def _settings(values: Mapping[str, Any]) -> str:
    rest = ", ".join(f"{k} {_plain(v)}" for k, v in values.items() if k != "name")
    return f"{values['name']} ({rest})" if rest else str(values["name"])


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _span(trials: pd.DataFrame) -> str:
    starts, ends = _column(trials, "started_at"), _column(trials, "finished_at")
    return f"{min(starts)[:19]} to {max(ends)[:19]}" if starts and ends else ""


def _generated(manifest: Mapping[str, Any]) -> str:
    if not manifest.get("tasks"):
        return ""
    n_tasks, examples = len(manifest["tasks"]), manifest.get("examples_per_task")
    return f"{n_tasks} tasks ({manifest.get('source')}), {examples} examples each"


def _labels(source: str) -> str:
    return "derived from the tasks' programs" if source == "derived" else f"given ({source})"


def _packages(manifest: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} {v}" for k, v in sorted((manifest.get("packages") or {}).items()))
