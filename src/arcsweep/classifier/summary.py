"""What a reader of the answers must know, as lines."""

from collections import Counter
from collections.abc import Sequence

from arcsweep.classifier.demonstrations import Showing
from arcsweep.classifier.held_out import HeldOut
from arcsweep.classifier.model import Answer, Classifier, Seen
from arcsweep.classifier.threshold import CONFIDENCE, MIN_ANSWERED, Rule, Tally

SEEN_WORDS: dict[Seen, str] = {
    "trained": "trained the models (same id in their training tasks)",
    "selected": "validated the search that selected the models",
    "related": "share the id of a RE-ARC task that took no part",
    "no": "not seen",
}


def summary_lines(classifier: Classifier, answers: Sequence[Answer], answer_all: bool) -> list[str]:
    """Coverage, what the tasks are to the models, and how they were shown."""
    return [
        _answered(answers, answer_all),
        _seen(answers),
        *_short_tasks(answers, classifier.export.showing),
        *_selected(answers),
    ]


def warnings(classifier: Classifier, answers: Sequence[Answer]) -> list[str]:
    """What makes the figures flatter, or leaves them unknown."""
    found = [classifier.export.held_out.warning]
    if any(answer.seen == "no" for answer in answers):
        found.append(
            "The precision on tasks that are not seen (ARC-AGI-2's own among them) is unknown: "
            "they are of another kind than the held-out ones, and nobody has labelled them."
        )
    return found


def threshold_line(rule: Rule, answer_all: bool) -> str:
    """When a category is named, and how that went on the held-out tasks."""
    asked = f"a precision of {_percent(rule.target)}"
    if rule.threshold is None:
        verdict = (
            "every task gets its likeliest category all the same, as asked"
            if answer_all
            else 'so every task gets "I don\'t know" (--answer-all names the likeliest category)'
        )
        return (
            f"No threshold reaches {asked} on {MIN_ANSWERED} or more of the "
            f"{rule.fitted.n_tasks} held-out tasks, {verdict}."
        )
    told = (
        "Every task gets its likeliest category, as asked. It would else be named only"
        if answer_all
        else "A category is named only"
    )
    return (
        f"{told} where its probability reaches {rule.threshold:.3f}, chosen for {asked}: of "
        f"{rule.fitted.n_tasks} held-out tasks {_tally(rule.fitted)}; with the choice made on "
        f"other tasks than those judged, {_tally(rule.crossed)}."
    )


def _answered(answers: Sequence[Answer], answer_all: bool) -> str:
    n_answered = sum(answer.category is not None for answer in answers)
    how = ", as asked" if answer_all else ""
    return (
        f"{n_answered:,} of {len(answers):,} tasks answered "
        f"({_percent(n_answered / len(answers))}{how}), {len(answers) - n_answered:,} "
        '"I don\'t know"'
    )


def _seen(answers: Sequence[Answer]) -> str:
    counted = Counter(answer.seen for answer in answers)
    return "; ".join(f"{counted[kind]:,} {words}" for kind, words in SEEN_WORDS.items())


def _short_tasks(answers: Sequence[Answer], showing: Showing) -> list[str]:
    """One line for each number of pairs below those of a view."""
    counted = Counter(a.n_pairs for a in answers if a.n_pairs < showing.n_demos)
    return [
        f"{n_tasks:,} {'task has' if n_tasks == 1 else 'tasks have'} {n_pairs} of the "
        f"{showing.n_demos} pairs that a view shows; pairs are shown again, in views of pairs "
        + " and ".join("-".join(str(p + 1) for p in view) for view in showing.views(n_pairs))
        for n_pairs, n_tasks in sorted(counted.items())
    ]


def _selected(answers: Sequence[Answer]) -> list[str]:
    """How the tasks went whose label is known and which trained nothing."""
    asked = [a for a in answers if a.seen == "selected"]
    if not asked:
        return []
    said = [a for a in asked if a.category is not None]
    right = sum(a.best == a.known for a in asked)
    said_right = sum(a.category == a.known for a in said)
    answered = (
        f"of their {len(said)} answers {said_right} are right" if said else "none is answered"
    )
    return [
        f"of the {len(asked)} tasks here that validated the search, the likeliest category is the "
        f"label of {right} ({_percent(right / len(asked))}), and {answered}"
    ]


def held_out_line(held_out: HeldOut) -> str:
    """How many held-out tasks there are, and the share whose likeliest category is right."""
    right = int((held_out.probabilities.argmax(axis=1) == held_out.labels).sum())
    share = _percent(right / len(held_out))
    return f"{len(held_out)} held-out tasks, {right} ({share}) right without a threshold"


def _tally(tally: Tally) -> str:
    if tally.interval is None or tally.precision is None:
        return "none would be answered"
    low, high = tally.interval
    return (
        f"{tally.n_answered} are answered, {_percent(tally.precision)} of them rightly "
        f"({_percent(CONFIDENCE)} interval {_percent(low)} to {_percent(high)})"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
