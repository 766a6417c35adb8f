"""The seed's five expected outcomes, each answered in one plain sentence and a few figures."""

from dataclasses import dataclass
from statistics import median

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.comparison import Baselines
from arcsweep.reports.confirmed import Confirmation
from arcsweep.reports.groups import Group
from arcsweep.reports.headline import NO_RUNS, UNDECIDED, decision
from arcsweep.reports.measured import MIN_TRIALS
from arcsweep.reports.sensitivity import Sensitivity
from arcsweep.reports.statistics import Interval
from arcsweep.reports.words import (
    count,
    listed,
    paired_test,
    percent,
    points_with_spread,
    setting,
    spread,
    with_spread,
)


@dataclass(frozen=True)
class Line:
    """One figure of an answer; index: of the group it is about, None for none."""

    label: str
    text: str
    detail: str = ""
    index: int | None = None


@dataclass(frozen=True)
class Answer:
    """anchor: of the section with the details."""

    anchor: str
    question: str
    verdict: str
    lines: tuple[Line, ...]


def answers(analysis: Analysis) -> tuple[Answer, ...]:
    """The five answers in the seed's order."""
    return (
        best_configuration(analysis),
        ceiling(analysis),
        what_matters(analysis),
        comparison(analysis),
        by_category(analysis),
    )


def best_configuration(analysis: Analysis) -> Answer:
    """1. The best trial of each group, with all its settings."""
    lines = []
    for group in analysis.groups:
        if not group.selected:
            lines.append(Line(group.label, "none", group.note, group.index))
            continue
        best = group.selected[0]
        by = analysis.material.selection["by"]
        settings = " · ".join(
            f"{name} {setting(best.params[name])}"
            for name in analysis.material.config.study.space
            if name in best.params and name != by
        )
        lines.append(Line(group.label, f"trial {best.number}", settings, group.index))
    found = [f"{line.label} {line.text}" for line in lines if line.text != "none"]
    verdict = f"{listed(found)}." if found else "No trial was completed."
    return Answer(
        "best", f"Which configuration is best for each {analysis.kind}?", verdict, tuple(lines)
    )


def ceiling(analysis: Analysis) -> Answer:
    """2. What each group reaches: confirmed, or else when its best is trained again."""
    question = f"How high does each {analysis.kind} get?"
    if analysis.confirmation is not None:
        return _confirmed_ceiling(analysis, analysis.confirmation, question)
    lines = []
    for group in analysis.groups:
        again = f"{percent(group.first.estimate)}" if group.first else "–"
        detail = f"({spread(group.first)})" if group.first else group.note or NO_RUNS
        if group.selected:
            detail += (
                f"; the search's best reading was {percent(group.selected[0].search.estimate)}"
            )
        lines.append(Line(group.label, again, detail, group.index))
    base = analysis.baselines
    forest = analysis.forest.on_split if analysis.forest is not None else None
    lines += _baseline_lines(base, base.majority, forest)
    reached = [
        f"{group.label} {percent(group.first.estimate)}" for group in analysis.groups if group.first
    ]
    verdict = f"{listed(reached)}, trained again." if reached else NO_RUNS
    return Answer("ceiling", question, verdict, tuple(lines))


def _confirmed_ceiling(analysis: Analysis, confirmation: Confirmation, question: str) -> Answer:
    lines = []
    for group in analysis.groups:
        found = confirmation.groups.get(group.name)
        first = found.first if found else None
        text = percent(first.estimate) if first else "–"
        detail = f"({spread(first)})" if first else group.note or "not confirmed"
        if group.selected:
            detail += f"; the search said {percent(group.selected[0].search.estimate)}"
        corrected = analysis.corrected[group.name]
        if corrected is not None:
            detail += f", corrected {percent(corrected.estimate)}"
        lines.append(Line(group.label, text, detail, group.index))
    lines += _baseline_lines(analysis.baselines, confirmation.majority, confirmation.forest)
    reached = [
        f"{found.group.label} {percent(found.first.estimate)}"
        for found in confirmation.groups.values()
        if found.first
    ]
    n_tasks = count(confirmation.n_tasks, "task")
    verdict = f"{listed(reached)}, confirmed on {n_tasks} that selected nothing."
    return Answer("ceiling", question, verdict if reached else NO_RUNS, tuple(lines))


def _baseline_lines(base: Baselines, majority: Interval, forest: Interval | None) -> list[Line]:
    lines = [
        Line(f"Always “{base.majority_category}”", percent(majority.estimate),
             f"({spread(majority)})")
    ]  # fmt: skip
    if forest is not None:
        lines.append(Line("Random forest", percent(forest.estimate), f"({spread(forest)})"))
    return [*lines, Line("Pure chance", percent(base.chance), "(one in nine)")]


def what_matters(analysis: Analysis) -> Answer:
    """3. The parameters that explain more than chance."""
    lines = [
        Line(group.label, *_sensitivity_words(analysis.sensitivities[group.name]), group.index)
        for group in analysis.groups
    ]
    named = [line for line in lines if line.text not in {"nothing for certain", "too few trials"}]
    if named:
        verdict = f"{'; '.join(f'{line.label}: {line.text}' for line in named)}."
    else:
        verdict = UNDECIDED
    return Answer("sensitivity", "Which settings matter most?", verdict, tuple(lines))


def comparison(analysis: Analysis) -> Answer:
    """4. Whether the second group beats the first, and by how much."""
    pairs = analysis.decisive
    if not pairs:
        question = f"Which {analysis.kind} is better?"
        return Answer("comparison", question, "There is only one to judge.", ())
    lines = [
        Line(f"{c.second.label} minus {c.first.label}", points_with_spread(c.all_selected),
             f"· {paired_test(c.p)}" if analysis.confirmation else "")
        for c in pairs
    ]  # fmt: skip
    pair = pairs[0]
    if len(pairs) == 1:
        if pair.first_only is not None or analysis.confirmation is None:
            lines.append(Line("of the best one of each alone", points_with_spread(pair.first_only)))
        question = f"Does {pair.second.label} beat {pair.first.label}?"
        verdict = decision(pair, pair.all_selected)
    else:
        question = f"Which {analysis.kind} is better?"
        decided = [c for c in pairs if c.all_selected and c.all_selected.excludes_zero]
        verdict = " ".join(decision(c, c.all_selected) for c in decided) or UNDECIDED
    return Answer("comparison", question, verdict, tuple(lines))


def by_category(analysis: Analysis) -> Answer:
    """5. Which group is better at which categories, and which are hard for each."""
    judged = [c for c in analysis.categories if c.n_judged]
    lines = []
    for group in analysis.groups:
        ahead = [c.code for c in judged if c.leader is group]
        best, worst = _ends(judged, group)
        detail = f"· highest in {best}" if best else ""
        detail += f"; lowest in {worst}" if worst else ""
        if len(analysis.groups) > 1:
            lines.append(Line(f"{group.label} better at", listed(ahead) or "none for certain",
                              detail, group.index))  # fmt: skip
        else:
            lines.append(Line(group.label, best or "–", f"· lowest in {worst}" if worst else "",
                              group.index))  # fmt: skip
    n_tasks = count(len(analysis.judged.truth), "task")
    of = "that selected nothing" if analysis.judged.confirmed else "that did the selecting"
    lines.append(Line("Judged on", n_tasks, of))
    undecided = [c.code for c in judged if c.leader is None]
    if len(analysis.groups) < 2:
        verdict = f"There is only one {analysis.kind} to judge."
    elif not any(c.differences for c in judged):
        verdict = NO_RUNS
    elif len(undecided) == len(judged):
        verdict = f"{UNDECIDED[:-1]} for any of {count(len(judged), 'category', 'categories')}."
    else:
        leaders = [f"{c.code} {c.leader.label}" for c in judged if c.leader]
        verdict = f"{listed(leaders)}; undecided in the other {len(undecided)}."
    return Answer("categories", "Which handles which categories better?", verdict, tuple(lines))


def _sensitivity_words(result: Sensitivity) -> tuple[str, str]:
    if not result.enough:
        return "too few trials", f"· {result.n_trials} usable; at least {MIN_TRIALS} are needed"
    strong = [effect for effect in result.effects if effect.matters]
    if strong:
        shares = listed(with_spread(effect.share) for effect in strong[:3])
        return listed(
            effect.name for effect in strong[:3]
        ), f"{'explains' if len(strong) == 1 else 'explain'} {shares}"
    if not result.effects:
        return "nothing for certain", "· no setting varied in enough trials"
    noise = median(effect.noise for effect in result.effects)
    return (
        "nothing for certain",
        f"from {result.n_trials} trials; below some {percent(noise)} it could be chance",
    )


def _ends(judged: list[CategoryResult], group: Group) -> tuple[str, str]:
    """The group's two highest categories and its two lowest, with their accuracy."""
    found = [
        (accuracy.judged.estimate, category.code)
        for category in judged
        for accuracy in category.accuracies
        if accuracy.group is group and accuracy.judged is not None
    ]
    ordered = sorted(found, key=lambda item: (-item[0], item[1]))
    best, worst = ordered[:2], ordered[2:][-2:][::-1]
    return _named([each for each in best if each[0] > 0]), _named(worst)


def _named(ends: list[tuple[float, str]]) -> str:
    return listed(f"{code} ({percent(estimate)})" for estimate, code in ends)
