"""Why a category fails: the evidence for and against each explanation, computed.

Each explanation is one figure with an interval and a verdict that follows from the two alone:
"for" when the interval lies on the side of the explanation, "against" when it lies on the other
side or too close to 0 to matter, and otherwise "cannot be told".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from arcsweep.reports.categories import CategoryResult
from arcsweep.reports.groups import Group
from arcsweep.reports.material import Material
from arcsweep.reports.scores import Resampling, Scores
from arcsweep.reports.statistics import Interval, score_difference, wilson
from arcsweep.reports.trends import fit_words, late_gain_of, rank_correlation, trend_over_sizes
from arcsweep.reports.words import count, listed, percent, points, with_spread

Verdict = Literal["for", "against", "cannot be told"]

MATTERS = 0.05
"""A difference in accuracy that is surely smaller does not explain a failure."""

MATTERS_TREND = 0.2
"""A rank correlation that is surely smaller is no trend to speak of."""

FAILS_BELOW = 0.5
"""A category fails when no encoder recognises more of its tasks."""


@dataclass(frozen=True)
class Explanation:
    """One possible cause. figure: with its interval, in words; detail: what else was seen; how:
    what the figure is and how it was made."""

    name: str
    verdict: Verdict
    figure: str
    detail: str
    how: str


@dataclass(frozen=True)
class Diagnosis:
    """All explanations of one category; failing: whether there is anything to explain."""

    code: str
    failing: bool
    explanations: tuple[Explanation, ...]

    def that_are(self, verdict: Verdict) -> tuple[str, ...]:
        return tuple(e.name for e in self.explanations if e.verdict == verdict)


def diagnoses(
    material: Material,
    groups: tuple[Group, ...],
    results: Sequence[CategoryResult],
    resampling: Resampling,
) -> dict[str, Diagnosis]:
    """The diagnosis of each category that validates, by its code."""
    trend = _trend_over_categories(results)
    trained = _under_training(groups, resampling.confidence)
    return {
        result.code: Diagnosis(
            result.code,
            _fails(result),
            (
                _too_few_tasks(material.diagnosis, result, resampling, trend),
                _odd_labels(material.diagnosis, result.code, resampling.confidence),
                _lost_colours(material, result.code, resampling),
                _capacity(groups, material, result.code, resampling.confidence),
                trained,
            ),
        )
        for result in results
        if result.n_judged
    }


def verdict_of(interval: Interval | None, matters: float) -> Verdict:
    """By an interval whose positive side speaks for the explanation."""
    if interval is None:
        return "cannot be told"
    if interval.low > 0:
        return "for"
    return "against" if interval.high < matters else "cannot be told"


def in_points(interval: Interval) -> str:
    """With one decimal, so that an end beside 0 shows on which side it lies."""
    ends = f"{points(interval.low, 1)} to {points(interval.high, 1)}"
    return f"{points(interval.estimate, 1)} points ({ends})"


def _fails(result: CategoryResult) -> bool:
    known = [a.judged.estimate for a in result.accuracies if a.judged is not None]
    return bool(known) and max(known) < FAILS_BELOW


def _too_few_tasks(
    record: Mapping[str, Any], result: CategoryResult, resampling: Resampling, trend: str
) -> Explanation:
    """Whether the second half of the training tasks still helped a forest."""
    figure, seen, interval = "–", "", None
    if record:
        curve = {name: _scores(record, answers, result.code)
                 for name, answers in record["forests"].items()}  # fmt: skip
        if len(curve["all"].tasks):
            interval = resampling.difference(curve["half"], curve["all"])
            figure = in_points(interval)
            quarter, half, whole = (percent(curve[n].mean) for n in ("quarter", "half", "all"))
            seen = (
                f"A forest recognises {quarter} with a quarter of the training tasks, {half} with"
                f" half of them, {whole} with all. "
            )
    return Explanation(
        "too few tasks",
        verdict_of(interval, MATTERS),
        figure,
        f"{seen}{count(result.n_taught, 'task')} to train with. {trend}",
        "what a random forest on grid statistics gains here from all rather than half of the"
        " training tasks (same folds)",
    )


def _odd_labels(record: Mapping[str, Any], code: str, confidence: float) -> Explanation:
    """Whether near twins have another label more often than elsewhere."""
    figure, seen, interval = "–", "", None
    truth: Mapping[str, str] = record.get("truth", {})
    mine = [task for task in truth if truth[task] == code]
    if mine and len(mine) < len(truth):
        odd = {task: _odd(record, task) for task in truth}
        chance = 1 - (len(mine) - 1) / (len(truth) - 1)
        here = wilson(sum(odd[task] for task in mine), len(mine), confidence)
        rest = [task for task in truth if truth[task] != code]
        expected = float(np.mean([_chance(truth, task) for task in rest]))
        elsewhere = wilson(sum(odd[task] for task in rest), len(rest), confidence)
        interval = score_difference(_scaled(elsewhere, expected), _scaled(here, chance))
        figure = in_points(interval)
        seen = (
            f"{with_spread(here)} of the nearest neighbours have another label; labels at random"
            f" would make it {percent(chance)}. Elsewhere {percent(elsewhere.estimate)}, at random"
            f" {percent(expected)}."
        )
    return Explanation(
        "labels that disagree with near twins",
        verdict_of(interval, MATTERS),
        figure,
        seen,
        "how much oftener than in the other categories the three nearest tasks in grid statistics"
        " have another label, each as a share of what labels at random would give",
    )


def _lost_colours(material: Material, code: str, resampling: Resampling) -> Explanation:
    """Whether knowing the colours themselves, which permuting takes away, helps a forest."""
    record, figure, interval = material.diagnosis, "–", None
    permuted = material.config.training.color_permute
    if record:
        without = _scores(record, record["forests"]["all"], code)
        if len(without.tasks):
            interval = resampling.difference(without, _scores(record, record["with_colours"], code))
            figure = in_points(interval)
    said = verdict_of(interval, MATTERS) if permuted else "against"
    detail = (
        "Colours are permuted in each training view (training.color_permute)."
        if permuted
        else "Colours are not permuted in this study (training.color_permute)."
    )
    return Explanation(
        "information lost by permuting colours",
        said,
        figure,
        detail,
        "what a random forest gains here when it is told each colour’s share of the cells, beside"
        " statistics that permuting the colours leaves as they are (same folds)",
    )


def _capacity(
    groups: tuple[Group, ...], material: Material, code: str, confidence: float
) -> Explanation:
    """Whether larger models recognise more of the category."""
    tasks = [task for task, category in material.split.validation.items() if category == code]
    found = [(g, trend_over_sizes(g, tasks, code, confidence)) for g in groups]
    intervals = [(g, interval) for g, interval in found if interval is not None]
    verdicts = [verdict_of(interval, MATTERS_TREND) for _, interval in intervals]
    figure = listed(f"{g.label} {i.estimate:+.2f} ({i.low:+.2f} to {i.high:+.2f})"
                    for g, i in intervals).replace("-", "−")  # fmt: skip
    few = [g.label for g, interval in found if interval is None]
    untold = f"{listed(few)}: too few trials to the end, or all of one size." if few else ""
    return Explanation(
        "capacity",
        _joint(verdicts if not few else [*verdicts, "cannot be told"]),
        figure or "–",
        f"{untold} The search drew the sizes, so other settings went with them.".strip(),
        "rank correlation between a trial’s number of parameters and its accuracy on the category’s"
        " validation tasks, trials that ran to the end",
    )


def _under_training(groups: tuple[Group, ...], confidence: float) -> Explanation:
    """Whether the extended runs were still getting better in their last quarter."""
    gains = [(g, late_gain_of(g, confidence)) for g in groups]
    known = [(g, gain) for g, gain in gains if gain is not None]
    seen = [text for g in groups if (text := fit_words(g))]
    return Explanation(
        "under-training",
        _joint([verdict_of(gain, 0.02) for _, gain in known]),
        listed(f"{g.label} {in_points(gain)}" for g, gain in known) or "–",
        " ".join(seen),
        "what the extended runs’ validation accuracy, of all categories, still gained in the last"
        " quarter of their epochs (straight line through it; configurations as the sample)",
    )


def _joint(verdicts: Sequence[Verdict]) -> Verdict:
    """For one encoder is for; against must hold for all."""
    if "for" in verdicts:
        return "for"
    return "against" if verdicts and set(verdicts) == {"against"} else "cannot be told"


def _scores(record: Mapping[str, Any], answers: Sequence[Mapping[str, str]], code: str) -> Scores:
    truth = {task: c for task, c in record["truth"].items() if c == code}
    return Scores.of(answers, [1] * len(answers), truth)


def _odd(record: Mapping[str, Any], task: str) -> float:
    """Share of the task's neighbours with another label."""
    truth, near = record["truth"], record["neighbours"][task]
    return float(np.mean([truth[other] != truth[task] for other in near]))


def _chance(truth: Mapping[str, str], task: str) -> float:
    same = sum(category == truth[task] for category in truth.values())
    return 1 - (same - 1) / (len(truth) - 1)


def _scaled(interval: Interval, by: float) -> Interval:
    ends = [min(1.0, end / by) for end in (interval.estimate, interval.low, interval.high)]
    return replace(interval, estimate=ends[0], low=ends[1], high=ends[2])


def _trend_over_categories(results: Sequence[CategoryResult]) -> str:
    """In words, how accuracy goes with the number of training tasks over all categories."""
    rows = []
    for result in results:
        known = [a.judged.estimate for a in result.accuracies if a.judged is not None]
        if known:
            rows.append((result.n_taught, float(np.mean(known))))
    if len(rows) < 4 or len({accuracy for _, accuracy in rows}) < 2:
        return ""
    trend = rank_correlation(np.array(rows, dtype=np.float64), 0.95)
    if trend is None:
        return ""
    ends = f"{trend.low:+.2f} to {trend.high:+.2f}"
    text = f"Over the {len(rows)} categories, more tasks and higher accuracy go together by"
    return f"{text} {trend.estimate:+.2f} ({ends}).".replace("-", "−")
