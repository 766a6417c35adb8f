"""The table of all trials, a row each, ready to print."""

from dataclasses import dataclass
from typing import Any

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.reached import best_reached
from arcsweep.selection.params import sampled_params


@dataclass(frozen=True)
class TrialRow:
    """reached: best value of any epoch, None where there was none; params: active ones, sampled.
    rank: in its group's selection, None when it was not selected."""

    number: int
    group: str
    outcome: str
    reason: str
    reached: float | None
    epochs: int
    seconds: float
    params: dict[str, Any]
    rank: int | None


def trial_rows(analysis: Analysis) -> tuple[TrialRow, ...]:
    """Every trial in the order of its number, those of no group included."""
    material = analysis.material
    space = material.config.study.space
    ranks = {s.number: s.rank for group in analysis.groups for s in group.selected}
    labels = {
        int(number): group.label for group in analysis.groups for number in group.trials["number"]
    }
    reached = best_reached(material.trials, material.config.study.direction)
    rows = []
    for row, value in zip(material.trials.to_dict("records"), reached, strict=True):
        number = int(row["number"])
        rows.append(
            TrialRow(
                number=number,
                group=labels.get(number, "–"),
                outcome=str(row.get("outcome", row["state"])).replace("_", " "),
                reason=_text(row.get("reason")),
                reached=None if value != value else float(value),
                epochs=int(_number(row.get("epochs_run"))),
                seconds=_number(row.get("seconds")),
                params=sampled_params(row, space),
                rank=ranks.get(number),
            )
        )
    return tuple(rows)


def _number(value: Any) -> float:
    return 0.0 if value is None or value != value else float(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
