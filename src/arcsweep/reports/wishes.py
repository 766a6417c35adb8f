"""Which hyperparameters a category wants: effects on its accuracy, from the trials themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from arcsweep.reports.groups import Group
from arcsweep.reports.material import Material, json_cell
from arcsweep.reports.scores import Resampling
from arcsweep.reports.sensitivity import Sensitivity, sensitivity


@dataclass(frozen=True)
class Wish:
    """What the COMPLETE trials of a group say about one category."""

    group: Group
    effects: Sensitivity


def wishes(
    code: str, n_categories: int, groups: tuple[Group, ...], material: Material,
    resampling: Resampling,
) -> tuple[Wish, ...]:  # fmt: skip
    """Effects on the accuracy of category ``code`` at each trial's best epoch.

    Only COMPLETE trials: the others had fewer epochs, and a category of few tasks is learnt late.
    n_categories: judged at once; what matters is corrected for them as for the parameters.
    """
    truth = material.split.validation
    tasks = {task for task, category in truth.items() if category == code}
    level = 1 - (1 - resampling.confidence) / max(1, n_categories)
    strict = replace(resampling, confidence=level)
    return tuple(
        Wish(
            group,
            sensitivity(
                _trials(group.trials, code, tasks),
                material.config.study.space,
                "maximize",
                strict,
                by=material.selection["by"],
            ),
        )
        for group in groups
    )


def _trials(trials: pd.DataFrame, code: str, tasks: set[str]) -> pd.DataFrame:
    """COMPLETE trials whose value is the accuracy of the category; without one, left out."""
    complete = trials[trials["state"] == "COMPLETE"]
    column = f"metric_accuracy_{code}"
    if column in complete:
        values = complete[column].astype(float)
    elif "metric_predictions" in complete and tasks:
        given = complete["metric_predictions"].map(lambda cell: json_cell(cell) or {})
        values = given.map(lambda answers: _accuracy(answers, code, tasks)).astype(float)
    else:
        values = pd.Series(np.nan, index=complete.index)
    return complete.assign(value=values, intermediate_values=None)


def _accuracy(answers: Mapping[str, str], code: str, tasks: set[str]) -> float:
    judged = [answers[task] == code for task in tasks if task in answers]
    return float(np.mean(judged)) if judged else np.nan
