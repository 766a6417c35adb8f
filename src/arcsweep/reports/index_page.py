"""What the index page shows."""

from collections.abc import Mapping
from typing import Any

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.charts import (
    ceiling_chart,
    comparison_chart,
    interaction_chart,
    sensitivity_chart,
)
from arcsweep.reports.history import history
from arcsweep.reports.interactions import MIN_TRIALS_OF_CORNER, MIN_TRIALS_OF_PAIR
from arcsweep.reports.provenance import OUTCOMES
from arcsweep.reports.sensitivity import MIN_TRIALS
from arcsweep.reports.trial_rows import trial_rows


def index_context(analysis: Analysis) -> Mapping[str, Any]:
    """Variables of templates/index.html.j2 beside those that all pages share."""
    material = analysis.material
    space = material.config.study.space
    by = material.selection["by"]
    return {
        "analysis": analysis,
        "provenance": analysis.provenance,
        "outcome_words": OUTCOMES,
        "ceiling": ceiling_chart(analysis),
        "comparison": comparison_chart(analysis),
        "sensitivity": {
            group.name: sensitivity_chart(group, analysis.sensitivities[group.name])
            for group in analysis.groups
        },
        "interaction_charts": {
            group.name: interaction_chart(group, analysis.sensitivities[group.name])
            for group in analysis.groups
        },
        "min_trials": MIN_TRIALS,
        "min_trials_of_pair": MIN_TRIALS_OF_PAIR,
        "min_trials_of_corner": MIN_TRIALS_OF_CORNER,
        "history": history(analysis.groups, len(material.trials), material.config.study.direction),
        "params": [name for name in space if name != by],
        "trials": trial_rows(analysis),
        "empty_slots": material.empty_slots,
        "extended": material.config.extended,
        "split": material.split,
        "label_source": material.label_source,
    }
