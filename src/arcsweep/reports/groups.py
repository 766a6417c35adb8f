"""One group (an encoder) with all that was measured of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from arcsweep.config.space import ParameterConfig
from arcsweep.reports.material import Material, json_cell
from arcsweep.reports.runs import Run
from arcsweep.reports.scores import Resampling, Scores
from arcsweep.reports.statistics import Interval, wilson
from arcsweep.selection.groups import group_name
from arcsweep.selection.params import COLUMN_PREFIX, is_empty, restore

ENCODER = "encoder_type"
"""The parameter whose choices are encoders."""

LABELS = {"cnn": "CNN", "context": "Context"}
"""How the seed's encoders are called in prose."""


@dataclass(frozen=True)
class Selected:
    """A selected trial and its extended runs.

    search: its best epoch in the search, as a single reading.
    again: mean of its extended runs at their last epoch; None without runs.
    gap: search minus again, the optimism of the search's figure; None without runs.
    """

    rank: int
    number: int
    params: Mapping[str, Any]
    search: Interval
    runs: tuple[Run, ...]
    again: Interval | None

    @property
    def gap(self) -> float | None:
        return None if self.again is None else self.search.estimate - self.again.estimate

    def run_of(self, seed: int) -> Run | None:
        """The extended run with this seed, if there is one."""
        return next((run for run in self.runs if run.seed == seed), None)


@dataclass(frozen=True, eq=False)
class Group:
    """One choice of the parameter that trials are selected by.

    trials: its rows of the trials table; selected: its selected trials, best first.
    scores: of all its extended runs, a configuration being a rank; None without predictions.
    first, all_selected: accuracy of the first selected configuration alone and of all of them,
        trained again; None without extended runs.
    search_scores: of the selected trials at their best epoch; None without predictions.
    """

    name: str
    label: str
    index: int
    trials: pd.DataFrame
    note: str
    requested: int
    selected: tuple[Selected, ...]
    scores: Scores | None
    first: Interval | None
    all_selected: Interval | None
    search_scores: Scores | None

    @property
    def n_complete(self) -> int:
        return int((self.trials["state"] == "COMPLETE").sum())


def build_groups(material: Material, resampling: Resampling) -> tuple[Group, ...]:
    """The groups in the order of the config's choices."""
    by = material.selection["by"]
    parameter = material.config.study.space[by]
    return tuple(
        _group(name, index, trials_of(material.trials, by, name, parameter), material, resampling)
        for index, name in enumerate(_ordered(material.selection["groups"], parameter))
    )


def trials_of(trials: pd.DataFrame, by: str, name: str, parameter: ParameterConfig) -> pd.DataFrame:
    """Rows of the trials whose ``by`` is the choice called ``name``."""
    column = COLUMN_PREFIX + by
    if column not in trials:
        return trials.iloc[:0]
    belongs = [
        not is_empty(value) and group_name(restore(by, value, parameter)) == name
        for value in trials[column]
    ]
    return trials[belongs]


def _ordered(groups: Mapping[str, Any], parameter: ParameterConfig) -> list[str]:
    """JSON sorts its keys; the config's order is the one that readers know."""
    choices = [group_name(choice) for choice in getattr(parameter, "choices", ())]
    return sorted(groups, key=lambda name: (choices.index(name) if name in choices else 99, name))


def _label(by: str, name: str) -> str:
    return LABELS.get(name, name) if by == ENCODER else f"{by} {name}"


def _group(
    name: str, index: int, trials: pd.DataFrame, material: Material, resampling: Resampling
) -> Group:
    record = material.selection["groups"][name]
    truth = material.split.validation
    runs = [run for run in material.runs if run.group == name]
    scores = _run_scores(runs, truth)
    selected = tuple(
        _selected(entry, trials, runs, scores, len(truth), resampling) for entry in record["trials"]
    )
    first = selected[0].again if selected else None
    return Group(
        name=name,
        label=_label(material.selection["by"], name),
        index=index,
        trials=trials,
        note=record["note"],
        requested=record["requested"],
        selected=selected,
        scores=scores,
        first=first,
        all_selected=resampling.accuracy(scores) if scores else _mean_of_means(selected),
        search_scores=_search_scores(record["trials"], trials, truth),
    )


def _selected(
    entry: Mapping[str, Any],
    trials: pd.DataFrame,
    runs: list[Run],
    scores: Scores | None,
    n_tasks: int,
    resampling: Resampling,
) -> Selected:
    mine = tuple(run for run in runs if run.rank == entry["rank"])
    if mine and scores is not None:
        again: Interval | None = resampling.accuracy(scores.of_configuration(entry["rank"]))
    else:
        again = _single(mine, n_tasks, resampling.confidence)
    return Selected(
        rank=entry["rank"],
        number=entry["number"],
        params=entry["params"],
        search=_reading(entry, trials, n_tasks, resampling.confidence),
        runs=mine,
        again=again,
    )


def _reading(
    entry: Mapping[str, Any], trials: pd.DataFrame, n_tasks: int, confidence: float
) -> Interval:
    """The search's figure as what it is: right answers out of the validation tasks, once."""
    rows = trials[trials["number"] == entry["number"]]
    counted = rows["metric_n_tasks"].dropna() if "metric_n_tasks" in rows else rows["number"][:0]
    n = int(counted.iloc[0]) if len(counted) else n_tasks
    value = min(max(float(entry["value"]), 0.0), 1.0)
    return wilson(value * n, n, confidence)


def _single(runs: tuple[Run, ...], n_tasks: int, confidence: float) -> Interval | None:
    """Interval of runs that recorded no predictions."""
    if not runs:
        return None
    mean = sum(run.accuracy for run in runs) / len(runs)
    return wilson(mean * n_tasks, n_tasks, confidence)


def _mean_of_means(selected: tuple[Selected, ...]) -> Interval | None:
    again = [s.again for s in selected if s.again is not None]
    if not again:
        return None
    mean = sum(a.estimate for a in again) / len(again)
    return wilson(mean * again[0].n_tasks, again[0].n_tasks, again[0].confidence)


def _run_scores(runs: list[Run], truth: Mapping[str, str]) -> Scores | None:
    if not runs or not all(run.predictions for run in runs):
        return None
    return Scores.of([run.predictions for run in runs], [run.rank for run in runs], truth)


def _search_scores(
    entries: list[dict[str, Any]], trials: pd.DataFrame, truth: Mapping[str, str]
) -> Scores | None:
    if "metric_predictions" not in trials or not entries:
        return None
    cells = dict(zip(trials["number"], trials["metric_predictions"], strict=True))
    predictions = [json_cell(cells.get(entry["number"])) or {} for entry in entries]
    if not all(p.keys() >= truth.keys() for p in predictions):
        return None
    return Scores.of(predictions, [entry["rank"] for entry in entries], truth)
