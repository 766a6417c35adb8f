"""The best COMPLETE trials of each group."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from arcsweep.config.space import ParameterConfig
from arcsweep.protocol import Params, ParamValue
from arcsweep.selection.groups import group_choices, group_name
from arcsweep.selection.params import COLUMN_PREFIX, is_empty, restore, sampled_params


def select(
    trials: pd.DataFrame,
    by: str,
    top_k: int,
    direction: str,
    *,
    space: Mapping[str, ParameterConfig],
    effective: Callable[[Params], Mapping[str, ParamValue]] = dict,
    study: str = "",
) -> dict[str, Any]:
    """The selection record: for each choice of ``by`` its ``top_k`` best COMPLETE trials.

    trials: the trials table, one row a trial, with ``number``, ``state``, ``value`` and
        ``param_<name>`` columns.
    direction: "maximize" or "minimize"; ties go to the lower trial number.
    effective: sampled parameters → the values that training uses.

    A group with fewer COMPLETE trials takes those, with a note, and is never filled up: a pruned
    trial's value is of fewer epochs and not comparable. Raises ConfigError when ``by`` is not a
    categorical parameter of ``space``, InputError when the table contradicts the space.
    """
    complete = _complete(trials, direction)
    groups = {}
    for choice in group_choices(space, by):
        chosen = [row for row in complete if _belongs(row, by, space[by], choice)][:top_k]
        groups[group_name(choice)] = {
            "requested": top_k,
            "taken": len(chosen),
            "note": _note(len(chosen), top_k),
            "trials": [
                {
                    "rank": rank,
                    "number": int(row["number"]),
                    "value": float(row["value"]),
                    "params": dict(effective(sampled_params(row, space))),
                }
                for rank, row in enumerate(chosen, start=1)
            ],
        }
    return {"study": study, "by": by, "top_k": top_k, "groups": groups}


def _complete(trials: pd.DataFrame, direction: str) -> list[dict[Any, Any]]:
    """Rows of the COMPLETE trials, best first."""
    rows = trials[(trials["state"] == "COMPLETE") & trials["value"].notna()]
    ordered = rows.sort_values(["value", "number"], ascending=[direction == "minimize", True])
    return ordered.to_dict("records")


def _belongs(
    row: Mapping[Any, Any], by: str, parameter: ParameterConfig, choice: ParamValue
) -> bool:
    value = row.get(COLUMN_PREFIX + by)
    return not is_empty(value) and restore(by, value, parameter) is choice


def _note(taken: int, requested: int) -> str:
    if taken == requested:
        return ""
    return (
        f"only {taken} COMPLETE trial{'' if taken == 1 else 's'}"
        if taken
        else ("no COMPLETE trial")
    )
