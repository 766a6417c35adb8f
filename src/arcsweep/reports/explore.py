"""The page whose figures can be pointed at and zoomed into, with Plotly's script inside."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arcsweep.config.space import ParameterConfig
from arcsweep.labels.taxonomy import CATEGORIES, CATEGORY_NAMES
from arcsweep.reports.analysis import Analysis
from arcsweep.reports.failures import space_label
from arcsweep.reports.figures import maps
from arcsweep.reports.figures.catalogue import map_name
from arcsweep.reports.figures.drawing import group_colour, group_shape
from arcsweep.reports.groups import Group
from arcsweep.reports.reached import best_reached
from arcsweep.reports.words import setting
from arcsweep.selection.params import sampled_params

PICKED = "Best validation accuracy that each trial reached in any epoch, picked for being high."


@dataclass(frozen=True)
class View:
    """One setting of a figure's menu. figure: Plotly's data and layout; a colour that begins with
    "--" is one of the page's. file: static figure whose files hold the data; empty for none."""

    label: str
    figure: Mapping[str, Any]
    caption: str
    file: str


@dataclass(frozen=True)
class Explored:
    """name: of the figure on the page. choose: what its menu is for."""

    name: str
    title: str
    choose: str
    views: tuple[View, ...]


def explored(analysis: Analysis) -> tuple[Explored, ...]:
    """The figures of the page."""
    trials = [(group, _trials(analysis, group)) for group in analysis.groups]
    over_time = View("", _over_time(trials), f"{PICKED} Hollow marks ended early.", "search")
    found = (
        Explored("trials", "Trials over time", "", (over_time,)),
        Explored(
            "settings", "Setting against accuracy", "Setting", tuple(_by_setting(analysis, trials))
        ),
        Explored("map", "Where the tasks lie", "Space", tuple(_maps(analysis))),
    )
    return tuple(figure for figure in found if figure.views)


def explore_data(found: Sequence[Explored]) -> str:
    """The figures as JSON for the page's script, safe inside a script element."""
    data = {each.name: [view.figure for view in each.views] for each in found}
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def plotly_script() -> str:
    """Plotly's own script, whole."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


@dataclass(frozen=True)
class _Trial:
    number: int
    value: float
    complete: bool
    text: str
    params: Mapping[str, Any]


def _trials(analysis: Analysis, group: Group) -> list[_Trial]:
    """The group's trials that reported a value."""
    material = analysis.material
    reached = best_reached(group.trials, material.config.study.direction)
    found = []
    for row, value in zip(group.trials.to_dict("records"), reached, strict=True):
        if value == value:
            params = sampled_params(row, material.config.study.space)
            lines = [
                f"trial {int(row['number'])}, {group.label}: {100 * value:.1f} %",
                str(row.get("outcome", row["state"])).replace("_", " "),
                *(f"{name} {setting(v)}" for name, v in params.items()),
            ]
            found.append(
                _Trial(
                    int(row["number"]),
                    float(value),
                    row["state"] == "COMPLETE",
                    "<br>".join(map(_plain, lines)),
                    params,
                )
            )
    return found


def _over_time(trials: Sequence[tuple[Group, list[_Trial]]]) -> Mapping[str, Any]:
    traces = [_trace(group, given, [t.number for t in given]) for group, given in trials]
    return _figure(traces, {"title": {"text": "trial number"}})


def _by_setting(analysis: Analysis, trials: Sequence[tuple[Group, list[_Trial]]]) -> Iterator[View]:
    """One view a parameter, those that varied."""
    by = analysis.material.selection["by"]
    for name, parameter in analysis.material.config.study.space.items():
        active = [(g, [t for t in given if name in t.params]) for g, given in trials]
        values = {t.params[name] for _, given in active for t in given}
        if name == by or len(values) < 2:
            continue
        traces = [
            _trace(g, given, [_value(t.params[name]) for t in given])
            for g, given in active
            if given
        ]
        said = "The search went where earlier trials were good, so settings that went together"
        said += f" cannot be told apart. {PICKED}"
        yield View(name, _figure(traces, _axis(name, parameter)), said, "")


def _trace(group: Group, trials: Sequence[_Trial], x: Sequence[Any]) -> Any:
    from plotly.graph_objects import Scatter

    symbol = group_shape(group.index)
    colour = f"--{group_colour(group.index)}"
    trace = Scatter(
        x=list(x),
        y=[t.value for t in trials],
        name=_plain(group.label),
        mode="markers",
        hovertext=[t.text for t in trials],
        hoverinfo="text",
        marker={
            "symbol": [symbol if t.complete else f"{symbol}-open" for t in trials],
            "size": 9,
            "opacity": 0.9,
        },
    )
    return _coloured(trace, colour)


def _coloured(trace: Any, colour: Any, edge: Any = None) -> dict[str, Any]:
    """The trace as Plotly's JSON, with colours that the page's script looks up."""
    plain: dict[str, Any] = json.loads(trace.to_json())
    plain["marker"]["color"] = colour
    if edge is not None:
        plain["marker"]["line"] = {"width": 1, "color": edge}
    return plain


def _value(value: Any) -> Any:
    return setting(value) if isinstance(value, bool | str) else value


def _axis(name: str, parameter: ParameterConfig) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": {"text": _plain(name)}}
    if parameter.type == "categorical":
        choices = [setting(choice) for choice in parameter.choices]
        return {**axis, "type": "category", "categoryorder": "array", "categoryarray": choices}
    if getattr(parameter, "log", False):
        return {**axis, "type": "log", "tickformat": "~g", "dtick": "D2"}
    return axis


def _maps(analysis: Analysis) -> Iterator[View]:
    from plotly.graph_objects import Scatter

    found = analysis.material.embeddings
    for space in found.spaces if found is not None else ():
        assert found is not None
        traces = []
        for code in sorted(set(found.categories), key=CATEGORIES.index):
            rows = [r for r in range(len(found.tasks)) if found.categories[r] == code]
            rows.sort(key=lambda r: not found.trained[r])  # the first one's shape is the key's
            trace = Scatter(
                x=[round(float(space.places[r, 0]), 4) for r in rows],
                y=[round(float(space.places[r, 1]), 4) for r in rows],
                name=f"{code} {CATEGORY_NAMES[code]}",
                mode="markers",
                hovertext=[_plain(maps.point_text(found, space, r)) for r in rows],
                hoverinfo="text",
                marker={
                    "symbol": ["circle" if found.trained[r] else "diamond" for r in rows],
                    "opacity": 1,
                    "size": [7 if found.trained[r] else 11 for r in rows],
                },
            )
            edges = ["--paper" if found.trained[r] else "--ink" for r in rows]
            traces.append(_coloured(trace, f"--c-{code}", edges))
        hidden = {"visible": False}
        layout = {
            **_layout(hidden),
            "yaxis": {**hidden, "scaleanchor": "x"},
            "height": 640,
        }
        label, _ = space_label(space, analysis.groups)
        said = (
            "Circles were trained on, outlined diamonds validate. What a model says of a task that"
            " it was trained on is no evidence."
        )
        yield View(
            label,
            {"data": traces, "layout": layout},
            f"{said} {maps.map_facts(space)} {maps.MEANINGLESS}",
            map_name(space.kind, space.name),
        )


def _figure(traces: Sequence[Any], x_axis: dict[str, Any]) -> Mapping[str, Any]:
    layout = _layout(x_axis)
    layout["yaxis"] = {
        **_LINES,
        "title": {"text": "best validation accuracy"},
        "tickformat": ".0%",
        "rangemode": "tozero",
    }
    return {"data": list(traces), "layout": layout}


_LINES = {"gridcolor": "--grid", "zerolinecolor": "--line", "linecolor": "--line"}


def _layout(x_axis: dict[str, Any]) -> dict[str, Any]:
    return {
        "paper_bgcolor": "--paper",
        "plot_bgcolor": "--paper",
        "font": {"color": "--ink", "family": "system-ui, sans-serif", "size": 13},
        "hoverlabel": {"bgcolor": "--panel", "font": {"color": "--ink"}, "align": "left"},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "margin": {"l": 60, "r": 10, "t": 10, "b": 50},
        "height": 460,
        "hovermode": "closest",
        "xaxis": {**_LINES, **x_axis},
    }


def _plain(text: str) -> str:
    """Plotly reads a small HTML in texts; what users name is not HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
