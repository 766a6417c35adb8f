"""What each group makes of each category."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.reports.groups import Group
from arcsweep.reports.material import Material
from arcsweep.reports.runs import Run
from arcsweep.reports.scores import Resampling, Scores
from arcsweep.reports.statistics import Interval, score_difference, wilson


@dataclass(frozen=True)
class CategoryAccuracy:
    """One group on one category's validation tasks.

    search: of the best trial at its best epoch; again: of all selected configurations trained
    again; None where there is nothing.
    taken_for: category → share of the answers that named it, over the extended runs.
    drawn_in: other true category → share of its answers that named this one.
    """

    code: str
    group: Group
    search: Interval | None
    again: Interval | None
    taken_for: Mapping[str, float]
    drawn_in: Mapping[str, float]

    @property
    def mistaken_for(self) -> tuple[str, float] | None:
        """The most frequent wrong answer and its share of all answers."""
        wrong = ((code, share) for code, share in self.taken_for.items() if code != self.code)
        return next(wrong, None)


@dataclass(frozen=True)
class TaskAnswers:
    """What the extended runs of each group answered for one task.

    answers: for each group in order, category → number of runs, most frequent first.
    right: share of right answers, each group weighing the same; None without runs.
    """

    task: str
    evidence: str
    answers: tuple[Mapping[str, int], ...]
    right: float | None


@dataclass(frozen=True)
class CategoryResult:
    """All that is known of a category.

    train_only: too few tasks to validate with, so no accuracy is reported.
    leader: the group that is better than every other one beyond doubt; None where the data do
        not tell.
    differences: (first, second, second minus first), simultaneous over categories and pairs.
    """

    code: str
    n_train: int
    n_validation: int
    train_only: bool
    accuracies: tuple[CategoryAccuracy, ...]
    differences: tuple[tuple[Group, Group, Interval], ...]
    leader: Group | None
    tasks: tuple[TaskAnswers, ...]


def categories(
    material: Material, groups: tuple[Group, ...], resampling: Resampling
) -> tuple[CategoryResult, ...]:
    """Results of the nine categories, in the taxonomy's order."""
    validated = set(material.split.validation.values())
    n_pairs = len(list(combinations(groups, 2)))
    level = 1 - (1 - resampling.confidence) / max(1, len(validated) * n_pairs)
    return tuple(_category(code, material, groups, resampling, level) for code in CATEGORIES)


def _category(
    code: str,
    material: Material,
    groups: tuple[Group, ...],
    resampling: Resampling,
    level: float,
) -> CategoryResult:
    truth = material.split.validation
    tasks = [task for task, category in truth.items() if category == code]
    runs = {group.name: _runs_of(material.runs, group) for group in groups}
    differences = _differences(groups, tasks, level)
    return CategoryResult(
        code=code,
        n_train=sum(category == code for category in material.split.train.values()),
        n_validation=len(tasks),
        train_only=code in material.split.train_only_categories,
        accuracies=tuple(
            _accuracy(code, group, runs[group.name], tasks, truth, resampling) for group in groups
        ),
        differences=differences,
        leader=_leader(groups, differences),
        tasks=_answers(tasks, groups, runs, truth, material.evidence),
    )


def _runs_of(runs: Sequence[Run], group: Group) -> list[Run]:
    return [run for run in runs if run.group == group.name and run.predictions]


def _accuracy(
    code: str,
    group: Group,
    runs: list[Run],
    tasks: list[str],
    truth: Mapping[str, str],
    resampling: Resampling,
) -> CategoryAccuracy:
    best = None if group.search_scores is None else group.search_scores.of_configuration(1)
    return CategoryAccuracy(
        code=code,
        group=group,
        search=_interval(best, tasks, resampling.confidence),
        again=_interval(group.scores, tasks, resampling.confidence),
        taken_for=_shares([run.predictions[task] for run in runs for task in tasks]),
        drawn_in={
            other: share
            for other in CATEGORIES
            if other != code and (share := _drawn_in(code, other, runs, truth)) > 0
        },
    )


def _interval(scores: Scores | None, tasks: list[str], confidence: float) -> Interval | None:
    """Wilson's interval with the tasks as the sample: seeds do not add tasks."""
    if scores is None or not tasks:
        return None
    return wilson(scores.on(tasks).mean * len(tasks), len(tasks), confidence)


def _shares(answers: list[str]) -> dict[str, float]:
    return {category: n / len(answers) for category, n in Counter(answers).most_common()}


def _drawn_in(code: str, other: str, runs: list[Run], truth: Mapping[str, str]) -> float:
    answers = [
        run.predictions[task] for run in runs for task, true in truth.items() if true == other
    ]
    return answers.count(code) / len(answers) if answers else 0.0


def _differences(
    groups: tuple[Group, ...], tasks: list[str], level: float
) -> tuple[tuple[Group, Group, Interval], ...]:
    result = []
    for first, second in combinations(groups, 2):
        intervals = [_interval(group.scores, tasks, level) for group in (first, second)]
        if intervals[0] is not None and intervals[1] is not None:
            result.append((first, second, score_difference(intervals[0], intervals[1])))
    return tuple(result)


def _leader(
    groups: tuple[Group, ...], differences: tuple[tuple[Group, Group, Interval], ...]
) -> Group | None:
    wins: Counter[str] = Counter()
    for first, second, interval in differences:
        if interval.excludes_zero:
            wins[(second if interval.low > 0 else first).name] += 1
    leaders = [g for g in groups if len(groups) > 1 and wins[g.name] == len(groups) - 1]
    return leaders[0] if leaders else None


def _answers(
    tasks: list[str],
    groups: tuple[Group, ...],
    runs: Mapping[str, list[Run]],
    truth: Mapping[str, str],
    evidence: Mapping[str, str],
) -> tuple[TaskAnswers, ...]:
    """The tasks, those that fail most often first."""
    result = []
    for task in tasks:
        counts = [Counter(run.predictions[task] for run in runs[g.name]) for g in groups]
        shares = [c[truth[task]] / c.total() for c in counts if c]
        result.append(
            TaskAnswers(
                task,
                str(evidence.get(task, "")),
                tuple(dict(c.most_common()) for c in counts),
                sum(shares) / len(shares) if shares else None,
            )
        )
    return tuple(sorted(result, key=lambda t: (t.right if t.right is not None else 1, t.task)))
