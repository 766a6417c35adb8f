"""The hypotheses' page: what each change did, and what the base with the adopted ones is worth."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arcsweep.hypotheses.adopted import Adopted, HypothesisRuns
from arcsweep.hypotheses.verdict import Verdict, compatible, verdicts
from arcsweep.reports.analysis import Analysis
from arcsweep.reports.fold_scores import FoldScores, Paired, paired
from arcsweep.reports.groups import Group
from arcsweep.reports.rows import Chart, Row, difference_chart
from arcsweep.reports.statistics import Interval
from arcsweep.reports.words import points_with_spread, setting

COLUMNS = ("hypothesis", "question", "change", "group", "trial", "effect", "low", "high",
           "confidence", "p_holm", "verdict", "n_tasks", "diverged", "seconds", "how")  # fmt: skip
"""Of hypotheses.csv; effect and ends are fractions."""


@dataclass(frozen=True, eq=False)
class Line:
    """One hypothesis in one group."""

    group: Group
    verdict: Verdict

    @property
    def change(self) -> str:
        items = self.verdict.pair.hypothesis.change.items()
        return ", ".join(f"{name}: {setting(value)}" for name, value in items)


@dataclass(frozen=True, eq=False)
class Nested:
    """A base, and the base with what was adopted for each fold without that fold's tasks.

    in_folds: change → number of folds that adopted it. final: what all folds together adopt.
    """

    group: Group
    trial: int | None
    base: Interval
    with_adopted: Interval
    gain: Paired
    in_folds: Mapping[str, int]
    n_folds: int
    final: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Hypotheses:
    """n_asked: pairs that there was something to judge of; Holm's correction is for so many."""

    lines: tuple[Line, ...]
    nested: tuple[Nested, ...]
    n_asked: int
    n_folds: int
    n_tasks: int


def hypotheses(analysis: Analysis) -> Hypotheses | None:
    """All verdicts; None where no hypothesis is asked."""
    runs = analysis.material.hypotheses
    if runs is None:
        return None
    config = analysis.material.config
    found = verdicts(runs.pairs, config.reports.confidence)
    groups = {group.name: group for group in analysis.groups}
    lines = [Line(groups[v.pair.group], v) for v in found if v.pair.group in groups]
    judged = [pair.base for pair in runs.pairs if pair.base is not None]
    return Hypotheses(
        tuple(lines),
        _nested(runs, found, groups, config.reports.confidence),
        sum(pair.asked for pair in runs.pairs),
        config.confirmation.n_folds,
        len(judged[0].tasks) if judged else 0,
    )


def hypothesis_chart(found: Hypotheses) -> Chart:
    """Effects with their intervals, in the order of the config."""
    rows = [
        Row(
            f"{line.verdict.pair.hypothesis.name}, {line.group.label}",
            points_with_spread(line.verdict.effect),
            line.verdict.effect,
            line.group.index,
            line.verdict.word,
        )
        for line in found.lines
        if line.verdict.effect is not None
    ]
    return difference_chart("Changed minus base, in percentage points", rows, "no difference")


def hypotheses_context(analysis: Analysis) -> Mapping[str, Any]:
    """Variables of templates/hypotheses.html.j2 and of the index page's part."""
    found = hypotheses(analysis)
    return {"hypotheses": found, "hypothesis_chart": hypothesis_chart(found) if found else None}


def hypothesis_table(found: Hypotheses) -> list[Sequence[Any]]:
    """hypotheses.csv, its heading first."""
    return [COLUMNS, *(_table_row(line) for line in found.lines)]


def _table_row(line: Line) -> Sequence[Any]:
    verdict, pair, effect = line.verdict, line.verdict.pair, line.verdict.effect
    figures: tuple[Any, ...] = ("", "", "", "")
    if effect is not None:
        ends = (effect.estimate, effect.low, effect.high)
        figures = (*(f"{value:.6f}" for value in ends), effect.confidence)
    return (
        pair.hypothesis.name, pair.hypothesis.question, line.change, pair.group, pair.trial,
        *figures, "" if verdict.p is None else f"{verdict.p:.6g}", verdict.word,
        "" if effect is None else effect.n_tasks, pair.diverged, round(pair.seconds, 1),
        pair.reason if effect is None else effect.how,
    )  # fmt: skip


def _nested(
    runs: HypothesisRuns,
    found: Sequence[Verdict],
    groups: Mapping[str, Group],
    confidence: float,
) -> tuple[Nested, ...]:
    nested = []
    for key, adopted in runs.adopted.items():
        mine = [verdict for verdict in found if verdict.pair.key == key]
        run = next((v.pair for v in mine if v.pair.base is not None), None)
        if run is not None and run.base is not None and key[0] in groups:
            nested.append(_one(groups[key[0]], run.trial, run.base, adopted, mine, confidence))
    return tuple(nested)


def _one(
    group: Group,
    trial: int | None,
    base: FoldScores,
    adopted: Adopted,
    found: Sequence[Verdict],
    confidence: float,
) -> Nested:
    return Nested(
        group=group,
        trial=trial,
        base=base.accuracy(confidence),
        with_adopted=adopted.scores.accuracy(confidence),
        gain=paired(base, adopted.scores, confidence),
        in_folds=Counter(name for names in adopted.names for name in names),
        n_folds=len(adopted.names),
        final=tuple(verdict.pair.hypothesis.name for verdict in compatible(found)),
    )
