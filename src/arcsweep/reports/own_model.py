"""The page of a study whose training function is the user's own: what holds for any of them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean
from typing import Any

from markupsafe import Markup

from arcsweep.atomic import write_text
from arcsweep.config import Config
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.reports.groups import trials_of
from arcsweep.reports.measured import MIN_TRIALS
from arcsweep.reports.pages import asset, page_environment, script_hash
from arcsweep.reports.reached import best_reached
from arcsweep.reports.rows import Chart, Row, share_chart
from arcsweep.reports.scores import Resampling
from arcsweep.reports.sensitivity import Sensitivity, sensitivity
from arcsweep.reports.words import with_spread
from arcsweep.selection.params import sampled_params
from arcsweep.selection.table import read_trials


@dataclass(frozen=True)
class Chosen:
    """A selected trial: its value in the search, and at the last epoch of each extended run.

    again: seed → value, None where the run has none; notes: why not.
    """

    rank: int
    number: int
    search: float
    params: Mapping[str, Any]
    again: Mapping[int, float | None]
    notes: tuple[str, ...]

    @property
    def mean_again(self) -> float | None:
        values = [value for value in self.again.values() if value is not None]
        return mean(values) if values else None


@dataclass(frozen=True)
class OwnGroup:
    """One choice of ``selection.by``; index is its colour."""

    name: str
    index: int
    outcomes: Mapping[str, int]
    epochs: int
    seconds: float
    note: str
    chosen: tuple[Chosen, ...]
    sensitivity: Sensitivity
    chart: Chart


def write_own_page(config: Config, paths: Paths) -> None:
    """Write the index page from what the study has left.

    Raises InputError when a file that it needs is missing or damaged.
    """
    trials = read_trials(paths.trials_parquet)
    selection = read_json_object(paths.selection, "run `arcsweep selection`")
    resampling = Resampling(
        config.reports.confidence, config.reports.bootstrap_samples, config.reports.seed
    )
    by = config.selection.by
    groups = []
    for index, (name, entry) in enumerate(selection["groups"].items()):
        rows = trials_of(trials, by, name, config.study.space[by])
        effects = sensitivity(rows, config.study.space, config.study.direction, resampling, by=by)
        groups.append(
            OwnGroup(
                name=name,
                index=index,
                outcomes=Counter(map(str, rows["outcome"])),
                epochs=int(rows["epochs_run"].sum()),
                seconds=float(rows["seconds"].sum()),
                note=entry["note"],
                chosen=tuple(_chosen(config, paths, name, trial) for trial in entry["trials"]),
                sensitivity=effects,
                chart=_chart(name, index, effects),
            )
        )
    reached = best_reached(trials, config.study.direction)
    script = asset("page.js")
    page = page_environment().get_template("own_model.html.j2")
    write_text(
        paths.report_index,
        page.render(
            # The package's own files: the only text that is not escaped.
            style=Markup(asset("style.css")),
            script=Markup(script),
            script_hash=script_hash(script),
            title=config.reports.title,
            study=config.study.name,
            config=config,
            groups=groups,
            rows=_rows(config, trials.to_dict("records"), reached),
            params=[name for name in config.study.space if name != by],
            facts=_facts(paths),
            min_trials=MIN_TRIALS,
        ),
    )


def _chosen(config: Config, paths: Paths, group: str, trial: Mapping[str, Any]) -> Chosen:
    again: dict[int, float | None] = {}
    notes = []
    for seed in config.extended.seeds:
        path = paths.extended_record(group, trial["rank"], seed)
        record = read_json_object(path, "run the workflow")
        again[seed] = record.get("value")
        if record["empty"]:
            notes.append(f"seed {seed}: {record['reason']}")
    return Chosen(
        trial["rank"], trial["number"], trial["value"], trial["params"], again, tuple(notes)
    )


def _chart(name: str, index: int, result: Sensitivity) -> Chart:
    rows = [
        Row(
            effect.name,
            with_spread(effect.share),
            effect.share,
            index if effect.matters else None,
            effect.condition,
            mark=effect.noise,
        )
        for effect in result.effects
    ]
    return share_chart(f"Share of the differences between trials of {name} explained", rows)


def _rows(config: Config, trials: list[dict[Any, Any]], reached: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": int(row["number"]),
            "outcome": str(row["outcome"]).replace("_", " "),
            "reached": None if value != value else float(value),
            "epochs": row["epochs_run"],
            "seconds": row["seconds"],
            "params": sampled_params(row, config.study.space),
        }
        for row, value in zip(trials, reached, strict=True)
    ]


def _facts(paths: Paths) -> dict[str, str]:
    study = read_json_object(paths.study_record, "run the study")
    settings = {key: study[key] for key in ("sampler", "pruner")}
    return {
        "study created": study["created_at"],
        "code version": study["code_version"],
        **{key: json.dumps(value) for key, value in settings.items()},
        **study["fingerprint"],
    }
