"""The search as it went: every trial's best value by trial number."""

from dataclasses import dataclass
from math import ceil

from arcsweep.reports.groups import Group
from arcsweep.reports.reached import best_reached
from arcsweep.reports.words import percent

WIDTH, HEIGHT = 860, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 12, 36


@dataclass(frozen=True)
class Point:
    """A trial; x and y in SVG units."""

    x: float
    y: float
    complete: bool
    text: str


@dataclass(frozen=True)
class Series:
    """A group's trials, and the line of its best COMPLETE value so far ("x,y x,y …")."""

    label: str
    index: int
    points: tuple[Point, ...]
    best: str


@dataclass(frozen=True)
class History:
    """The drawing; ticks are (position, text)."""

    width: int
    height: int
    left: int
    bottom: int
    right: int
    series: tuple[Series, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]


def history(groups: tuple[Group, ...], n_trials: int, direction: str) -> History:
    """Geometry of the search's history for all trials that reported a value."""
    values = [best_reached(group.trials, direction) for group in groups]
    top = max([0.1, *(float(v.max()) for v in values if v.notna().any())])
    top = ceil(10 * top) / 10
    plot_width, plot_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x_of(number: float) -> float:
        return round(LEFT + plot_width * number / max(1, n_trials - 1), 1)

    def y_of(value: float) -> float:
        return round(TOP + plot_height * (1 - min(max(value / top, 0), 1)), 1)

    series = []
    for group, reached in zip(groups, values, strict=True):
        points, best, line = [], None, []
        for row, value in zip(group.trials.to_dict("records"), reached, strict=True):
            if value != value:
                continue
            number, complete = int(row["number"]), row["state"] == "COMPLETE"
            outcome = str(row.get("outcome", row["state"])).replace("_", " ")
            text = f"trial {number}, {group.label}, {outcome}: {percent(value, 1)}"
            points.append(Point(x_of(number), y_of(value), complete, text))
            if complete and (best is None or _better(value, best, direction)):
                line += [(number, best), (number, value)] if best is not None else [(number, value)]
                best = value
        line += [(n_trials - 1, best)] if best is not None else []
        path = " ".join(f"{x_of(n)},{y_of(v)}" for n, v in line if v is not None)
        series.append(Series(group.label, group.index, tuple(points), path))
    return History(
        WIDTH,
        HEIGHT,
        LEFT,
        HEIGHT - BOTTOM,
        WIDTH - RIGHT,
        tuple(series),
        tuple((x_of(n), str(n)) for n in _trial_ticks(n_trials)),
        tuple((y_of(t / 10), percent(t / 10)) for t in range(round(top * 10) + 1)),
    )


def _better(value: float, best: float, direction: str) -> bool:
    return value > best if direction == "maximize" else value < best


def _trial_ticks(n_trials: int) -> list[int]:
    step = next(s * 10**e for e in range(9) for s in (1, 2, 5) if n_trials <= 8 * s * 10**e)
    return list(range(0, n_trials, step))
