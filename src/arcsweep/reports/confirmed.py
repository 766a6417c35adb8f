"""What confirmation says: accuracies on tasks that selected nothing, and what beats what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from arcsweep.reports.comparison import Comparison
from arcsweep.reports.fold_runs import FoldRuns
from arcsweep.reports.fold_scores import FoldScores, Paired, paired
from arcsweep.reports.groups import Group
from arcsweep.reports.statistics import Interval, score_difference, wilson


@dataclass(frozen=True)
class Confirmed:
    """One group's selected configurations on the folds.

    first: the search's best alone. all_selected: every confirmed configuration.
    by_rank: rank → its accuracy. worth: the search's figure of its best minus ``first``, what the
        picking was worth. over_forest, over_majority: all_selected minus these; best_over_forest:
        of ``first`` alone. with_forest: every confirmed configuration, each together with the
        forest, and added: with_forest minus the forest alone. None where there is nothing to
        compare.
    """

    group: Group
    first: Interval | None
    all_selected: Interval
    by_rank: Mapping[int, Interval]
    worth: Interval | None
    over_majority: Paired
    over_forest: Paired | None
    best_over_forest: Paired | None
    with_forest: Interval | None
    added: Paired | None
    scores: FoldScores


@dataclass(frozen=True)
class Confirmation:
    """The confirmed figures of all groups; groups without a confirmed configuration are missing."""

    runs: FoldRuns
    groups: Mapping[str, Confirmed]
    comparisons: tuple[Comparison, ...]
    majority: Interval
    forest: Interval | None

    @property
    def n_tasks(self) -> int:
        return len(self.runs.truth)


def confirm(
    runs: FoldRuns | None, groups: tuple[Group, ...], confidence: float
) -> Confirmation | None:
    """All figures of ``runs``; None where no configuration has a run on every fold."""
    if runs is None or not runs.answers:
        return None
    majority = _scores(runs, [runs.majority])
    forest = _scores(runs, [runs.forest]) if runs.forest else None
    found = {
        group.name: confirmed
        for group in groups
        if (confirmed := _group(runs, group, majority, forest, confidence)) is not None
    }
    there = [group for group in groups if group.name in found]
    n_pairs = len(there) * (len(there) - 1) // 2
    # Bonferroni: several pairs share the error that one alone may have.
    level = 1 - (1 - confidence) / max(1, n_pairs)
    pairs = (_compare(found[a.name], found[b.name], level) for a, b in combinations(there, 2))
    return Confirmation(
        runs,
        found,
        tuple(pairs),
        # Nothing is trained, so that nothing but the tasks could have come out otherwise.
        wilson(majority.mean * len(runs.truth), len(runs.truth), confidence),
        forest.accuracy(confidence) if forest is not None else None,
    )


def _group(
    runs: FoldRuns,
    group: Group,
    majority: FoldScores,
    forest: FoldScores | None,
    confidence: float,
) -> Confirmed | None:
    ranks = sorted(rank for name, rank in runs.answers if name == group.name)
    if not ranks:
        return None
    scores = _scores(runs, [runs.answers[group.name, rank] for rank in ranks])
    alone = {rank: scores.configuration(index) for index, rank in enumerate(ranks)}
    by_rank = {rank: each.accuracy(confidence) for rank, each in alone.items()}
    first = by_rank.get(1)
    best = alone.get(1)
    together = [runs.with_forest.get((group.name, rank)) for rank in ranks]
    joint = _scores(runs, [each for each in together if each]) if all(together) else None
    return Confirmed(
        group=group,
        first=first,
        all_selected=scores.accuracy(confidence),
        by_rank=by_rank,
        worth=score_difference(first, group.selected[0].search) if first else None,
        over_majority=paired(majority, scores, confidence),
        over_forest=paired(forest, scores, confidence) if forest is not None else None,
        best_over_forest=(
            paired(forest, best, confidence) if forest is not None and best is not None else None
        ),
        with_forest=joint.accuracy(confidence) if joint is not None else None,
        added=(
            paired(forest, joint, confidence) if forest is not None and joint is not None else None
        ),
        scores=scores,
    )


def _compare(first: Confirmed, second: Confirmed, confidence: float) -> Comparison:
    every = paired(first.scores, second.scores, confidence)
    both = (first, second)
    alone = None
    # With one configuration each, the best alone are all there is.
    if all(1 in c.by_rank for c in both) and any(len(c.by_rank) > 1 for c in both):
        best = [c.scores.configuration(0) for c in both]
        alone = paired(best[0], best[1], confidence).interval
    return Comparison(first.group, second.group, every.interval, alone, every.p)


def _scores(runs: FoldRuns, answers: Sequence[Sequence[Mapping[str, str]]]) -> FoldScores:
    return FoldScores.of(answers, runs.truth, runs.folds.repeats)
