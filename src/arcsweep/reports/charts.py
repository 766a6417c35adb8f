"""The charts of the pages, each with its rows in reading order."""

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.comparison import Baselines
from arcsweep.reports.confirmed import Confirmation
from arcsweep.reports.groups import Group
from arcsweep.reports.judged import Judged
from arcsweep.reports.rows import Chart, Reference, Row, difference_chart, share_chart
from arcsweep.reports.sensitivity import Sensitivity
from arcsweep.reports.statistics import Interval
from arcsweep.reports.words import count, paired_test, percent, points_with_spread, with_spread


def ceiling_chart(analysis: Analysis) -> Chart:
    """What the search said and what training again says, beside the baselines."""
    rows = []
    for group in analysis.groups:
        if group.selected:
            best = group.selected[0]
            rows.append(
                _row(
                    f"{group.label}, the search’s best",
                    best.search,
                    group,
                    f"trial {best.number}, picked from {count(group.n_complete, 'trial')}",
                    optimistic=True,
                )
            )
        rows.append(
            _row(
                f"{group.label}, the search’s best, corrected",
                analysis.corrected[group.name],
                group,
                "for having been picked from many",
            )
        )
        rows.append(
            _row(
                f"{group.label}, that one again",
                group.first,
                group,
                f"{_seeds(group, 1)}, last epoch",
            )
        )
        rows.append(
            _row(
                f"{group.label}, all selected again",
                group.all_selected,
                group,
                f"{count(len(group.selected), 'configuration')}, {_seeds(group, None)}",
            )
        )
    base = analysis.baselines
    rows.append(_row(f"Always “{base.majority_category}”", base.majority, None, "majority class"))
    if analysis.forest is not None:
        forest = analysis.forest
        rows.append(_row("Random forest", forest.on_split, None, "trained on the same tasks"))
        rows.append(_row("Random forest", forest.accuracy, None, "all tasks, repeated folds"))
    return share_chart("Accuracy on the validation tasks", rows, _references(base))


def confirmed_chart(analysis: Analysis, confirmation: Confirmation) -> Chart:
    """Accuracy on the tasks that selected nothing, of every group and of what needs no network."""
    rows = []
    for group in analysis.groups:
        found = confirmation.groups.get(group.name)
        if found is None:
            rows.append(_row(f"{group.label}, confirmed", None, group, "no run on every fold"))
            continue
        if found.first is not None:
            rows.append(_row(f"{group.label}, confirmed", found.first, group, "the search’s best"))
        n = len(found.by_rank)
        if n > 1 or found.first is None:
            note = f"mean of {count(n, 'selected configuration')}"
            rows.append(_row(f"{group.label}, all confirmed", found.all_selected, group, note))
    base = analysis.baselines
    if confirmation.forest is not None:
        rows.append(_row("Random forest", confirmation.forest, None, "same tasks and folds"))
    rows += [
        _row(f"{found.group.label} with the forest", found.with_forest, found.group,
             "probabilities averaged")
        for found in confirmation.groups.values()
        if found.with_forest is not None
    ]  # fmt: skip
    rows.append(_row(f"Always “{base.majority_category}”", confirmation.majority, None,
                     "majority class"))  # fmt: skip
    label = f"Confirmed: accuracy on {confirmation.n_tasks} tasks that selected nothing"
    return share_chart(label, rows, (Reference(f"chance {percent(base.chance)}", base.chance),))


def confirmed_differences(analysis: Analysis, confirmation: Confirmation) -> Chart:
    """What beats what on the tasks that selected nothing."""
    rows = []
    for pair in confirmation.comparisons:
        name = f"{pair.second.label} minus {pair.first.label}"
        note = f"all confirmed; {paired_test(pair.p)}"
        rows.append(_difference(name, pair.all_selected, note))
        if pair.first_only is not None:
            rows.append(_difference(name, pair.first_only, "the search’s best of each"))
    for found in confirmation.groups.values():
        for name, pair_ in (("random forest", found.over_forest),
                            ("majority class", found.over_majority)):  # fmt: skip
            if pair_ is not None:
                label = f"{found.group.label} minus {name}"
                rows.append(_difference(label, pair_.interval, paired_test(pair_.p), found.group))
        if found.added is not None:
            label = f"{found.group.label} with the forest minus forest"
            note = f"what it adds; {paired_test(found.added.p)}"
            rows.append(_difference(label, found.added.interval, note, found.group))
    return difference_chart("Difference in percentage points, confirmed", rows, "no difference")


def comparison_chart(analysis: Analysis) -> Chart:
    """Differences between groups, and of each to the majority class."""
    rows = []
    for pair in analysis.comparisons:
        name = f"{pair.second.label} minus {pair.first.label}"
        rows.append(_difference(name, pair.all_selected, "all selected configurations"))
        rows.append(_difference(name, pair.first_only, "the first configuration of each"))
    for group in analysis.groups:
        rows.append(
            _difference(
                f"{group.label} minus majority class",
                analysis.over_majority[group.name],
                "all selected configurations",
                group,
            )
        )
    over = analysis.forest.over if analysis.forest else {}
    rows += [
        _difference(f"{group.label} minus random forest", over[group.name], "same tasks", group)
        for group in analysis.groups
        if group.name in over
    ]
    return difference_chart("Difference in percentage points", rows, "no difference")


def sensitivity_chart(group: Group, result: Sensitivity) -> Chart:
    """Share of the differences between trials that each parameter explains."""
    rows = [
        Row(
            effect.name,
            with_spread(effect.share),
            effect.share,
            group.index if effect.matters else None,
            _sensitivity_note(effect.condition, effect.share.n_tasks, result.n_trials),
            mark=effect.noise,
        )
        for effect in result.effects
    ]
    return share_chart(f"Share of the differences between {group.label} trials explained", rows)


def interaction_chart(group: Group, result: Sensitivity) -> Chart:
    """Share that pairs of the strongest parameters explain beyond each by itself."""
    rows = [
        Row(
            f"{pair.first} × {pair.second}",
            with_spread(pair.share),
            pair.share,
            group.index if pair.matters else None,
            f"{pair.share.n_tasks} trials had both",
            mark=pair.noise,
        )
        for pair in result.interactions.pairs
    ]
    return share_chart(f"Share that pairs explain beyond each alone, {group.label}", rows)


def category_chart(category: CategoryResult, base: Baselines, judged: Judged) -> Chart:
    """One category's accuracy for each group, in the search and as judged after it."""
    rows = []
    for accuracy in category.accuracies:
        label = accuracy.group.label
        rows.append(
            _row(
                f"{label}, the search’s best",
                accuracy.search,
                accuracy.group,
                f"best trial, best epoch, {count(category.n_validation, 'validation task')}",
                optimistic=True,
            )
        )
        rows.append(
            _row(
                f"{label}, {'confirmed' if judged.confirmed else 'trained again'}",
                accuracy.judged,
                accuracy.group,
                f"{count(len(judged.ranks(accuracy.group.name)), 'configuration')}, last epoch,"
                f" {count(category.n_judged, judged.task_noun)}",
            )
        )
    return share_chart("Share of right answers", rows, (Reference("chance", base.chance),))


def _row(
    label: str,
    interval: Interval | None,
    group: Group | None,
    sublabel: str,
    optimistic: bool = False,
) -> Row:
    index = None if group is None else group.index
    return Row(label, with_spread(interval), interval, index, sublabel, optimistic=optimistic)


def _difference(
    label: str, interval: Interval | None, sublabel: str, group: Group | None = None
) -> Row:
    index = None if group is None else group.index
    return Row(label, points_with_spread(interval), interval, index, sublabel)


def _references(base: Baselines) -> tuple[Reference, ...]:
    return (
        Reference(f"chance {percent(base.chance)}", base.chance),
        Reference(f"majority {percent(base.majority.estimate)}", base.majority.estimate),
    )


def _seeds(group: Group, rank: int | None) -> str:
    runs = [run for s in group.selected if rank in (None, s.rank) for run in s.runs]
    return count(len(runs), "run")


def _sensitivity_note(condition: str, n_trials: int, n_all: int) -> str:
    if n_trials == n_all and not condition:
        return ""
    return f"among the {n_trials} trials with {condition}" if condition else f"{n_trials} trials"
