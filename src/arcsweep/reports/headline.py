"""What a reader takes home when they read one sentence, and the words of its parts."""

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.comparison import Comparison
from arcsweep.reports.confirmed import Confirmed
from arcsweep.reports.groups import Group
from arcsweep.reports.statistics import Interval
from arcsweep.reports.words import (
    count,
    listed,
    percent,
    points,
    points_with_spread,
    with_spread,
)

UNDECIDED = "The data do not tell."
NO_RUNS = "There are no extended runs to judge by."


def headline(analysis: Analysis) -> str:
    """What a reader takes home when they read one sentence."""
    judged = [g for g in analysis.groups if analysis.over_guessing.get(g.name) is not None]
    if not judged:
        return (
            "There are no extended runs to judge by yet: the search's own figures below were"
            " selected for being high."
        )
    said = (
        _confirmed_figures(analysis),
        _against_majority(analysis, judged),
        _against_forest(analysis, judged),
        _with_forest(analysis),
        _against_each_other(analysis),
    )
    return " ".join(sentence for sentence in said if sentence)


def decision(pair: Comparison, interval: Interval | None) -> str:
    """A comparison's conclusion in words."""
    if interval is None:
        return NO_RUNS
    if not interval.excludes_zero:
        return UNDECIDED
    better, worse = pair.second, pair.first
    if interval.high < 0:
        better, worse = worse, better
    return f"{better.label} beats {worse.label} by {points(abs(interval.estimate))[1:]} points."


def _against_majority(analysis: Analysis, judged: list[Group]) -> str:
    confirmed = analysis.confirmation
    majority = confirmed.majority if confirmed else analysis.baselines.majority
    guess = f"always naming the commonest category ({percent(majority.estimate)})"
    above = [group.label for group in judged if _low(analysis, group) > 0]
    if not above:
        return f"No {analysis.kind} is shown to do better than {guess}."
    if len(above) == len(judged):
        if len(above) == 1:
            return f"{above[0]} does better than {guess}."
        return f"{'Both' if len(above) == 2 else 'All'} {analysis.kind}s do better than {guess}."
    rest = [group.label for group in judged if _low(analysis, group) <= 0]
    return f"{listed(above)} does better than {guess}; {listed(rest)} is not shown to."


def _verdict_on_forest(label: str, interval: Interval) -> str:
    """What the difference to the forest says of an encoder; nothing where it does not say it."""
    if interval.low > 0:
        return f"{label} beats the random forest by {points_with_spread(interval)[1:]}."
    if interval.high < 0:
        return (
            f"{label} has learnt nothing worth a GPU: a random forest on grid statistics does"
            f" better ({points_with_spread(interval)})."
        )
    return (
        f"Whether {label} is better than a random forest on grid statistics cannot be told"
        f" ({points_with_spread(interval)})."
    )


def _confirmed_figures(analysis: Analysis) -> str:
    confirmed = analysis.confirmation
    if confirmed is None:
        return ""
    figures = [_best_and_all(each) for each in confirmed.groups.values() if each.first]
    n_tasks = count(confirmed.n_tasks, "task")
    return f"Of {n_tasks} that selected nothing, {listed(figures)}." if figures else ""


def _best_and_all(found: Confirmed) -> str:
    """Verdicts are of all configurations together, so that their figure must stand there too."""
    n = len(found.by_rank)
    every = f", all {n} selected {percent(found.all_selected.estimate)}" if n > 1 else ""
    best = "the best " if n > 1 else ""
    return f"{best}{found.group.label} recognises {with_spread(found.first)}{every}"


def _against_forest(analysis: Analysis, judged: list[Group]) -> str:
    over = [(group.label, analysis.over_forest.get(group.name)) for group in judged]
    return " ".join(_verdict_on_forest(label, i) for label, i in over if i is not None)


def _with_forest(analysis: Analysis) -> str:
    """What the encoders add to the forest; said only of one that adds something for certain."""
    confirmed = analysis.confirmation
    found = confirmed.groups.values() if confirmed is not None else ()
    said = [
        f"{each.group.label} sees what the statistics do not: averaged with the forest it reaches"
        f" {with_spread(each.with_forest)}, {points_with_spread(each.added.interval)} beyond the"
        " forest alone."
        for each in found
        if each.added is not None and each.added.interval.low > 0
    ]
    return " ".join(said)


def _low(analysis: Analysis, group: Group) -> float:
    interval = analysis.over_guessing.get(group.name)
    return interval.low if interval is not None else 0.0


def _against_each_other(analysis: Analysis) -> str:
    judged = [(c, c.all_selected) for c in analysis.decisive if c.all_selected is not None]
    if not judged:
        return ""
    decided = [decision(pair, interval) for pair, interval in judged if interval.excludes_zero]
    if decided:
        return " ".join(decided)
    both = listed([g.label for g in analysis.groups], "or")
    return f"Whether {both} is better, these data do not tell."
