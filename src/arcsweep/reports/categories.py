"""What each group makes of each category."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.reports.groups import Group
from arcsweep.reports.judged import Answers, Judged
from arcsweep.reports.material import Material
from arcsweep.reports.statistics import Interval, wilson


@dataclass(frozen=True)
class CategoryAccuracy:
    """One group on one category's tasks.

    search: of the best trial at its best epoch, on the category's validation tasks; judged: of all
        configurations that were judged; None where there is nothing.
    taken_for: category, or NO_ANSWER → share of the answers to the judged tasks.
    drawn_in: other true category → share of its answers that named this one.
    """

    code: str
    group: Group
    search: Interval | None
    judged: Interval | None
    taken_for: Mapping[str, float]
    drawn_in: Mapping[str, float]

    @property
    def mistaken_for(self) -> tuple[str, float] | None:
        """The most frequent wrong answer and its share of all answers."""
        wrong = ((code, share) for code, share in self.taken_for.items() if code != self.code)
        return next(wrong, None)


@dataclass(frozen=True)
class TaskAnswers:
    """What each group's runs answered to one judged task.

    answers: for each group in order, category or NO_ANSWER → times, most frequent first.
    right: share of right answers, each group weighing the same; None without answers.
    """

    task: str
    evidence: str
    answers: tuple[Mapping[str, int], ...]
    right: float | None


@dataclass(frozen=True)
class CategoryResult:
    """All that is known of a category.

    n_train, n_validation: its tasks in the search's split. n_taught: that each of the judging
        models was trained with. n_judged: that the figures rest on, for 0 none is reported.
    train_only: whether its tasks are too few to be judged.
    leader: the group that is better than every other one beyond doubt; None where the data do
        not tell.
    differences: (first, second, second minus first), simultaneous over categories and pairs.
    """

    code: str
    n_train: int
    n_validation: int
    n_taught: int
    n_judged: int
    train_only: bool
    accuracies: tuple[CategoryAccuracy, ...]
    differences: tuple[tuple[Group, Group, Interval], ...]
    leader: Group | None
    tasks: tuple[TaskAnswers, ...]


def categories(
    material: Material, groups: tuple[Group, ...], judged: Judged, confidence: float
) -> tuple[CategoryResult, ...]:
    """Results of the nine categories, in the taxonomy's order."""
    n_pairs = len(list(combinations(groups, 2)))
    # Bonferroni: all categories and pairs share the error that one alone may have.
    level = 1 - (1 - confidence) / max(1, len(set(judged.truth.values())) * n_pairs)
    return tuple(_category(code, material, groups, judged, confidence, level)
                 for code in CATEGORIES)  # fmt: skip


def _category(
    code: str,
    material: Material,
    groups: tuple[Group, ...],
    judged: Judged,
    confidence: float,
    level: float,
) -> CategoryResult:
    split, tasks = material.split, judged.tasks_of(code)
    validation = [task for task, category in split.validation.items() if category == code]
    differences = _differences(groups, judged, tasks, level)
    return CategoryResult(
        code=code,
        n_train=list(split.train.values()).count(code),
        n_validation=len(validation),
        n_taught=judged.n_taught(code),
        n_judged=len(tasks),
        train_only=not tasks and (judged.confirmed or code in split.train_only_categories),
        accuracies=tuple(
            _accuracy(code, group, judged, _search(group, validation, confidence), confidence)
            for group in groups
        ),
        differences=differences,
        leader=_leader(groups, differences),
        tasks=_answers(code, tasks, groups, judged, material.evidence),
    )


def _accuracy(
    code: str, group: Group, judged: Judged, search: Interval | None, confidence: float
) -> CategoryAccuracy:
    tasks, answers = judged.tasks_of(code), judged.answers_of(group.name)
    marks = judged.marks_of(group.name)
    return CategoryAccuracy(
        code=code,
        group=group,
        search=search,
        judged=marks.on(tasks).accuracy(confidence) if marks is not None and tasks else None,
        taken_for=_shares([given[task] for given in answers for task in tasks]),
        drawn_in={
            other: share
            for other in CATEGORIES
            if other != code and (share := _drawn_in(code, judged.tasks_of(other), answers)) > 0
        },
    )


def _search(group: Group, tasks: Sequence[str], confidence: float) -> Interval | None:
    """Of the best trial as the search read it."""
    scores = group.search_scores
    if scores is None or not tasks:
        return None
    best = scores.of_configuration(1).on(tasks).mean
    return wilson(best * len(tasks), len(tasks), confidence)


def _shares(answers: list[str]) -> dict[str, float]:
    return {category: n / len(answers) for category, n in Counter(answers).most_common()}


def _drawn_in(code: str, others: Sequence[str], answers: Answers) -> float:
    given = [each[task] for each in answers for task in others]
    return given.count(code) / len(given) if given else 0.0


def _differences(
    groups: tuple[Group, ...], judged: Judged, tasks: Sequence[str], level: float
) -> tuple[tuple[Group, Group, Interval], ...]:
    result = []
    for first, second in combinations(groups, 2):
        marks = [judged.marks_of(group.name) for group in (first, second)]
        if tasks and marks[0] is not None and marks[1] is not None:
            here = marks[1].on(tasks).minus(marks[0].on(tasks), level)
            result.append((first, second, here))
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
    code: str,
    tasks: Sequence[str],
    groups: tuple[Group, ...],
    judged: Judged,
    evidence: Mapping[str, str],
) -> tuple[TaskAnswers, ...]:
    """The tasks, those that fail most often first."""
    given = [judged.answers_of(group.name) for group in groups]
    result = []
    for task in tasks:
        counts = [Counter(each[task] for each in answers) for answers in given]
        shares = [c[code] / c.total() for c in counts if c]
        result.append(
            TaskAnswers(
                task,
                str(evidence.get(task, "")),
                tuple(dict(c.most_common()) for c in counts),
                sum(shares) / len(shares) if shares else None,
            )
        )
    return tuple(sorted(result, key=lambda t: (t.right if t.right is not None else 1, t.task)))
