"""What is concluded from a pair: adopt, reject, or that it cannot be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from arcsweep.hypotheses.pair import Pair
from arcsweep.reports.statistics import Interval

Word = Literal["adopt", "reject", "cannot be told", "already so", "not run"]


@dataclass(frozen=True, eq=False)
class Verdict:
    """effect: variant minus base, its interval by itself; None where nothing was asked.

    p: of the paired test, adjusted for all that was asked; None without one.
    """

    pair: Pair
    effect: Interval | None
    p: float | None
    word: Word


def verdicts(
    pairs: Sequence[Pair], confidence: float, without: Collection[str] = ()
) -> tuple[Verdict, ...]:
    """A verdict on each pair, from all judged tasks but those of ``without``.

    All pairs that there is something to judge of are one family: the chance that any of them is
    adopted or rejected without cause is at most 1 - confidence (Holm).
    """
    effects = [pair.effect(confidence, without) if pair.asked else None for pair in pairs]
    asked = [at for at, pair in enumerate(pairs) if pair.asked]
    # Too few answers that differ for a test still were a question.
    plain = [effect.p if (effect := effects[at]) and effect.p is not None else 1.0 for at in asked]
    adjusted = dict(zip(asked, holm(plain), strict=True))
    found = []
    for at, (pair, effect) in enumerate(zip(pairs, effects, strict=True)):
        tested = effect is not None and effect.p is not None
        p = adjusted[at] if tested else None
        interval = effect.interval if effect is not None else None
        found.append(Verdict(pair, interval, p, _word(pair, interval, p, 1 - confidence)))
    return tuple(found)


def compatible(found: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The adopted ones, best first; of two that change the same key, the better one."""
    taken: list[Verdict] = []
    adopted = [(v.effect.estimate, v) for v in found if v.word == "adopt" and v.effect is not None]
    for _, verdict in sorted(adopted, key=lambda pair: -pair[0]):
        keys = {key for other in taken for key in other.pair.hypothesis.change}
        if not keys & verdict.pair.hypothesis.change.keys():
            taken.append(verdict)
    return tuple(taken)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values. Source: Holm (1979), Scand. J. Statist. 6, 65-70."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for place, at in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[at]))
        adjusted[at] = highest
    return adjusted


def _word(pair: Pair, effect: Interval | None, p: float | None, level: float) -> Word:
    if pair.reason:
        return "not run"
    if pair.same:
        return "already so"
    if effect is None or p is None or p >= level:
        return "cannot be told"
    return "adopt" if effect.estimate > 0 else "reject"
