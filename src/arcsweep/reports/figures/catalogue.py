"""All figures of a study, each with its title, caption and data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.charts import (
    category_chart,
    ceiling_chart,
    comparison_chart,
    sensitivity_chart,
)
from arcsweep.reports.dependence import dependence_chart, dependences, training_tasks_chart
from arcsweep.reports.failures import MAX_DRAWN, PAIRS, failures, space_label
from arcsweep.reports.figures import interval, maps
from arcsweep.reports.figures.drawing import Drawing
from arcsweep.reports.figures.failing import COLUMNS, failing_drawing, failing_rows
from arcsweep.reports.figures.interval import interval_drawing, interval_rows
from arcsweep.reports.figures.search import search_drawing
from arcsweep.reports.history import history
from arcsweep.reports.reached import best_reached
from arcsweep.reports.rows import Chart
from arcsweep.reports.words import percent

Cell = str | int | float

SEARCH_COLUMNS = ("group", "trial", "state", "reached")


@dataclass(frozen=True)
class Figure:
    """name: of its files. caption: how it was made. header, rows: its data."""

    name: str
    title: str
    caption: str
    drawing: Drawing
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def figures(analysis: Analysis) -> Mapping[str, Figure]:
    """Name → figure, in the order of the pages: the index's, then each category's."""
    found = [*_index(analysis), *_maps(analysis), *_of_categories(analysis)]
    return {figure.name: figure for figure in found}


def map_name(space_kind: str, space_name: str) -> str:
    """Name of a space's map; a group may be called as the statistics are."""
    return "map-statistics" if space_kind == "statistics" else f"map-group-{space_name}"


def _index(analysis: Analysis) -> Iterator[Figure]:
    judged = "Accuracy on the validation tasks, which also chose the winners."
    yield _chart("ceiling", ceiling_chart(analysis),
                 f"{judged} Hollow: the best of many trials at its best epoch, picked for being"
                 " high. Filled: trained again, at the last epoch.")  # fmt: skip
    for group in analysis.groups:
        result = analysis.sensitivities[group.name]
        said = (
            f"Share of the differences in standing between {result.n_trials} trials that each"
            " setting explains alone (adjusted eta squared). Upright stroke: what chance stays"
            " below, found by shuffling and corrected for judging all settings at once."
            if result.enough
            else f"Not enough trials to say: {result.n_trials} can be ranked."
        )
        yield _chart(f"sensitivity-{group.name}", sensitivity_chart(group, result), said)
    yield _chart("comparison", comparison_chart(analysis),
                 "Differences of accuracy on the same validation tasks. An interval that does not"
                 " touch the dashed line tells a difference.")  # fmt: skip
    yield _search(analysis)
    yield _chart("training-tasks", training_tasks_chart(analysis.categories, _chance(analysis)),
                 f"Each category by how many tasks there were to train with; {_who(analysis)}."
                 f" {analysis.basis()}")  # fmt: skip
    yield from _dependences(analysis, "", list(analysis.judged.truth))


def _maps(analysis: Analysis) -> Iterator[Figure]:
    found = analysis.material.embeddings
    if found is None:
        return
    for space in found.spaces:
        label, _ = space_label(space, analysis.groups)
        yield Figure(
            map_name(space.kind, space.name),
            f"Where the tasks lie: {label}",
            maps.map_caption(space),
            maps.whole_map(found, space),
            maps.COLUMNS,
            tuple(maps.map_rows(found, space)),
        )


def _of_categories(analysis: Analysis) -> Iterator[Figure]:
    found = analysis.material.embeddings
    for result in analysis.categories:
        code = result.code
        if result.n_judged:
            chart = category_chart(result, analysis.baselines, analysis.judged)
            said = (
                f"How often tasks of {code} are recognised. Hollow: in the search, by its best"
                f" trial, on the validation tasks that picked it. Filled: {_who(analysis)}."
                f" {analysis.basis(code)}"
            )
            yield _chart(f"accuracy-{code}", chart, said)
            tasks = [task.task for task in result.tasks]
            yield from _dependences(analysis, code, tasks)
        if found is None:
            continue
        wrong = failures(
            result, analysis.groups, analysis.judged, None, drawn=result.n_judged
        ).drawn
        if wrong:
            shown = wrong[:MAX_DRAWN]
            yield Figure(
                f"failing-{code}",
                f"Tasks of {code} that most runs get wrong",
                f"{len(shown)} of the {len(wrong)} tasks of {code} that fewer than half of the"
                f" {analysis.judged.runs_noun} get right, those that fail most often."
                f" {analysis.basis(code)} The first {PAIRS} demonstration pairs of each, input and"
                " output, in ARC’s own colours.",
                failing_drawing(found, code, shown),
                COLUMNS,
                tuple(failing_rows(code, wrong)),
            )
        for space in found.spaces:
            label, _ = space_label(space, analysis.groups)
            yield Figure(
                f"{map_name(space.kind, space.name)}-{code}",
                f"Where the tasks of {code} lie: {label}",
                f"{code} in colour, all other tasks grey. {maps.map_caption(space)}"
                f"{f' {maps.CODES}' if space.answers else ''}",
                maps.category_map(found, space, code),
                maps.COLUMNS,
                tuple(row for row in maps.map_rows(found, space) if row[1] == code),
            )


def _dependences(analysis: Analysis, code: str, tasks: list[str]) -> Iterator[Figure]:
    embeddings = analysis.material.embeddings
    for found in dependences(
        analysis.groups, tasks, embeddings, analysis.judged, analysis.resampling.confidence
    ):
        if found.bands:
            chart = dependence_chart(found, analysis.groups, _chance(analysis))
            name = f"{found.name}-{code}" if code else found.name
            said = (
                f"Tasks{f' of {code}' if code else ''} in ranges of about equal numbers;"
                f" {_who(analysis)}. {analysis.basis(code)}"
            )
            yield _chart(name, chart, said)


def _search(analysis: Analysis) -> Figure:
    material = analysis.material
    direction = material.config.study.direction
    rows: list[tuple[Cell, ...]] = []
    for group in analysis.groups:
        reached = best_reached(group.trials, direction)
        for trial, value in zip(group.trials.to_dict("records"), reached, strict=True):
            shown = "" if value != value else round(float(value), 6)
            rows.append((group.name, int(trial["number"]), str(trial["state"]), shown))
    return Figure(
        "search",
        "How the search went",
        "Best validation accuracy that each trial reached in any epoch. The lines keep the luckiest"
        " reading so far: their height is no estimate of accuracy.",
        search_drawing(history(analysis.groups, len(material.trials), direction)),
        SEARCH_COLUMNS,
        tuple(rows),
    )


def _chart(name: str, chart: Chart, said: str) -> Figure:
    level = {row.interval.confidence for row in chart.rows if row.interval is not None}
    bars = f" Bars are {percent(min(level))} intervals." if level else ""
    methods = dict.fromkeys(
        re.sub(r"\d+ tasks?", "its tasks", m) for m in chart.methods.split("; ")
    )
    made = f" Made by: {'; '.join(methods)}." if chart.methods else ""
    return Figure(
        name,
        chart.label,
        f"{said}{bars}{made}",
        interval_drawing(chart),
        interval.COLUMNS,
        tuple(interval_rows(chart)),
    )


def _who(analysis: Analysis) -> str:
    done = "confirmed" if analysis.judged.confirmed else "trained again"
    return f"all selected configurations that were {done}"


def _chance(analysis: Analysis) -> float:
    return analysis.baselines.chance
