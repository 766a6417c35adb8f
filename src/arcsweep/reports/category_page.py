"""What a category's page shows."""

from collections.abc import Mapping
from typing import Any

from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.reports.analysis import Analysis
from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.charts import category_chart
from arcsweep.reports.failures import failures
from arcsweep.reports.figures.catalogue import Figure
from arcsweep.reports.figures.maps import CODES
from arcsweep.reports.judged import NO_ANSWER, Judged
from arcsweep.reports.measured import MIN_TRIALS
from arcsweep.reports.shown import shown_dependences, shown_maps
from arcsweep.reports.specialists import candidates
from arcsweep.reports.wishes import wishes
from arcsweep.reports.words import count, listed, with_spread
from arcsweep.split.split import MIN_VALIDATED_TASKS

FEW_TASKS = 20
"""Below this many tasks the page warns before it shows figures."""


def category_context(
    analysis: Analysis, result: CategoryResult, figures: Mapping[str, Figure]
) -> Mapping[str, Any]:
    """Variables of templates/category.html.j2 beside those that all pages share."""
    n_validated = sum(1 for c in analysis.categories if c.n_validation)
    n_judged = sum(1 for c in analysis.categories if c.n_judged)
    material, resampling, judged = analysis.material, analysis.resampling, analysis.judged
    tasks = [task.task for task in result.tasks]
    return {
        "result": result,
        "chart": category_chart(result, analysis.baselines, judged),
        "summary": summary(result, judged),
        "judged": judged,
        "basis": analysis.basis(result.code),
        "diagnosis": analysis.diagnoses.get(result.code),
        "neighbours": neighbours(result),
        "answers_seen": _answers_seen(result),
        "n_answers": {g.name: len(judged.answers_of(g.name)) for g in analysis.groups},
        "no_answer": NO_ANSWER,
        "few_tasks": FEW_TASKS,
        "min_validated": MIN_VALIDATED_TASKS,
        "n_categories": n_judged,
        "n_validated": n_validated,
        "min_trials": MIN_TRIALS,
        "failures": failures(result, analysis.groups, judged, material.embeddings),
        "maps": shown_maps(analysis, figures, result.code),
        "map_codes": CODES.strip(),
        "missing_spaces": material.embeddings.missing if material.embeddings else {},
        "dependences": shown_dependences(analysis, tasks, result.code),
        "wishes": wishes(result.code, n_validated, analysis.groups, material, resampling)
        if result.n_validation
        else (),
        "candidates": candidates(result, n_judged, analysis.groups, judged, resampling.confidence),
    }


def summary(result: CategoryResult, judged: Judged) -> str:
    """The page's answer in a sentence or two."""
    if not result.n_judged:
        return f"No accuracy is reported: {_why_not(result, judged)}."
    known = [a for a in result.accuracies if a.judged is not None]
    if not known:
        return f"No accuracy is reported yet: there are no {judged.runs_noun}."
    figures = listed(f"{a.group.label} recognises {with_spread(a.judged)}" for a in known)
    return f"{figures} of {_tasks(result.n_judged, judged)}. {_leader_words(result)}".strip()


def _why_not(result: CategoryResult, judged: Judged) -> str:
    if judged.folds is not None:
        return (
            f"with {count(result.n_train, 'training task')} there are fewer than the"
            f" {judged.folds.folds} folds, so they only train"
        )
    if result.train_only:
        n = count(result.n_train, "labelled task")
        return f"with {n} there are too few to keep some back for validation, so they only train"
    return "no task of this category validates"


def neighbours(result: CategoryResult) -> tuple[tuple[str, float, float], ...]:
    """(category, mean share of this one's answers that it took, and the other way round), the
    closest first."""
    codes = {c for a in result.accuracies for c in (*a.taken_for, *a.drawn_in)}
    codes -= {result.code, NO_ANSWER}
    judged = [a for a in result.accuracies if a.taken_for or a.drawn_in]
    rows = [
        (
            code,
            _mean([a.taken_for for a in judged], code),
            _mean([a.drawn_in for a in judged], code),
        )
        for code in codes
    ]
    return tuple(sorted(rows, key=lambda row: (-(row[1] + row[2]), row[0])))


def _mean(shares: list[Mapping[str, float]], code: str) -> float:
    return sum(share.get(code, 0.0) for share in shares) / len(shares)


def _answers_seen(result: CategoryResult) -> list[str]:
    """The right answer first, then every other one that was given, in the taxonomy's order."""
    given = {code for accuracy in result.accuracies for code in accuracy.taken_for}
    order = (*CATEGORIES, NO_ANSWER)
    return [result.code, *(c for c in order if c in given and c != result.code)]


def _tasks(n: int, judged: Judged) -> str:
    what = f"{n} tasks that selected nothing" if judged.confirmed else count(n, "validation task")
    return f"its one {judged.task_noun}" if n == 1 else f"its {what}"


def _leader_words(result: CategoryResult) -> str:
    if not result.differences:
        return ""
    if result.leader is not None:
        return f"{result.leader.label} is better here."
    few = " with so few tasks" if result.n_judged < FEW_TASKS else ""
    return f"Which is better, the data do not tell{few}."
