"""Everything that follows from the material, computed once for all pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from arcsweep.reports.categories import CategoryResult, categories
from arcsweep.reports.comparison import (
    Baselines,
    Comparison,
    baselines,
    comparisons,
    difference,
)
from arcsweep.reports.confirmed import Confirmation, confirm
from arcsweep.reports.diagnosis import Diagnosis, diagnoses
from arcsweep.reports.equal_budget import EqualBudgets, equal_budgets
from arcsweep.reports.forest import Forest, forest
from arcsweep.reports.groups import ENCODER, Group, build_groups
from arcsweep.reports.judged import Judged, judge
from arcsweep.reports.material import Material
from arcsweep.reports.optimism import corrected_best
from arcsweep.reports.provenance import Provenance, provenance
from arcsweep.reports.scores import Resampling
from arcsweep.reports.sensitivity import Sensitivity, sensitivity
from arcsweep.reports.statistics import Interval


@dataclass(frozen=True, eq=False)
class Analysis:
    """The answers in figures.

    over_majority: group name → all its selected configurations minus the majority class.
    forest: the random forest beside them; None where it was not made for this split.
    corrected: group name → the search's best, corrected for having been picked.
    confirmation: figures on tasks that selected nothing; None where nothing was confirmed.
    judged: the answers that categories and tasks are judged by.
    budgets: what each group's search had found with the smallest budget of any.
    sensitivities: group name → effects of its parameters.
    diagnoses: category → evidence for and against each explanation of its failures.
    """

    material: Material
    resampling: Resampling
    groups: tuple[Group, ...]
    baselines: Baselines
    forest: Forest | None
    over_majority: Mapping[str, Interval | None]
    corrected: Mapping[str, Interval | None]
    confirmation: Confirmation | None
    judged: Judged
    comparisons: tuple[Comparison, ...]
    budgets: EqualBudgets
    sensitivities: Mapping[str, Sensitivity]
    categories: tuple[CategoryResult, ...]
    provenance: Provenance
    diagnoses: Mapping[str, Diagnosis]

    def basis(self, code: str = "") -> str:
        """What the figures of categories and tasks rest on; of one category with its ``code``."""
        return self.judged.basis({group.name: group.label for group in self.groups}, code)

    @property
    def kind(self) -> str:
        """What a group is called in prose."""
        return "encoder" if self.material.selection["by"] == ENCODER else "group"

    @property
    def decisive(self) -> tuple[Comparison, ...]:
        """The comparisons that verdicts rest on: on confirmed figures where there are any."""
        confirmed = self.confirmation.comparisons if self.confirmation else ()
        return confirmed or self.comparisons

    @property
    def over_guessing(self) -> Mapping[str, Interval | None]:
        """Group name → its selected configurations minus the majority class, likewise."""
        found = self.confirmation.groups if self.confirmation else {}
        confirmed = {name: group.over_majority.interval for name, group in found.items()}
        return confirmed or self.over_majority

    @property
    def over_forest(self) -> Mapping[str, Interval | None]:
        """Group name → its selected configurations minus the random forest, likewise."""
        if self.confirmation is not None and self.confirmation.forest is not None:
            found = self.confirmation.groups.items()
            return {name: group.over_forest.interval for name, group in found if group.over_forest}
        return self.forest.over if self.forest is not None else {}


def analyse(material: Material) -> Analysis:
    """Compute every figure of the pages; equal material and settings give equal figures."""
    config = material.config
    settings = config.reports
    resampling = Resampling(settings.confidence, settings.bootstrap_samples, settings.seed)
    groups = build_groups(material, resampling)
    base = baselines(material.split, resampling)
    confirmation = confirm(material.fold_runs, groups, settings.confidence)
    judged = judge(material, confirmation, resampling)
    results = categories(material, groups, judged, settings.confidence)
    return Analysis(
        material=material,
        resampling=resampling,
        groups=groups,
        baselines=base,
        forest=forest(material.baseline, groups, material.split.validation, resampling),
        over_majority={
            group.name: difference(base.majority_scores, group.scores, resampling)
            for group in groups
        },
        corrected={
            group.name: corrected_best(group.trials, material.split.validation, resampling)
            for group in groups
        },
        confirmation=confirmation,
        judged=judged,
        comparisons=comparisons(groups, resampling),
        budgets=equal_budgets(groups, material.split.validation, resampling),
        sensitivities={
            group.name: sensitivity(
                group.trials,
                config.study.space,
                config.study.direction,
                resampling,
                by=material.selection["by"],
            )
            for group in groups
        },
        categories=results,
        provenance=provenance(material, groups),
        diagnoses=diagnoses(material, groups, results, resampling),
    )
