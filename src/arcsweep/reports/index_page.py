"""What the index page shows."""

from collections.abc import Mapping
from typing import Any

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.charts import (
    ceiling_chart,
    comparison_chart,
    confirmed_chart,
    confirmed_differences,
    interaction_chart,
    sensitivity_chart,
)
from arcsweep.reports.dependence import training_tasks_chart, training_tasks_correlations
from arcsweep.reports.figures.catalogue import Figure
from arcsweep.reports.history import history
from arcsweep.reports.interactions import MIN_TRIALS_OF_CORNER, MIN_TRIALS_OF_PAIR
from arcsweep.reports.measured import MIN_TRIALS
from arcsweep.reports.provenance import OUTCOMES
from arcsweep.reports.shown import shown_dependences, shown_maps
from arcsweep.reports.trial_rows import trial_rows


def index_context(analysis: Analysis, figures: Mapping[str, Figure]) -> Mapping[str, Any]:
    """Variables of templates/index.html.j2 beside those that all pages share."""
    material, confirmed = analysis.material, analysis.confirmation
    config = material.config
    space = config.study.space
    by = material.selection["by"]
    return {
        "analysis": analysis,
        "judged": analysis.judged,
        "basis": analysis.basis(),
        "provenance": analysis.provenance,
        "outcome_words": OUTCOMES,
        "ceiling": ceiling_chart(analysis),
        "confirmed": None if confirmed is None else confirmed_chart(analysis, confirmed),
        "confirmed_differences": (
            None if confirmed is None else confirmed_differences(analysis, confirmed)
        ),
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
        "maps": shown_maps(analysis, figures),
        "missing_spaces": material.embeddings.missing if material.embeddings else {},
        "dependences": shown_dependences(analysis, list(analysis.judged.truth)),
        "correlations": training_tasks_correlations(
            analysis.categories, analysis.groups, material.config.reports.confidence
        ),
        "by_training_tasks": training_tasks_chart(analysis.categories, analysis.baselines.chance),
        "empty_slots": material.empty_slots,
        "extended": material.config.extended,
        "fold_epochs": config.confirmation.epochs or config.extended.epochs,
        "own_centroids": config.split.centroids_file is not None,
        "split": material.split,
        "label_source": material.label_source,
    }
