"""What each parameter changes, found by training with it and looking at what comes out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import inf
from typing import TypeVar

import numpy as np

from arcsweep.audit.drawing import Assignment, draw_with, effective, points_of
from arcsweep.audit.finding import Finding
from arcsweep.config.conditions import contains
from arcsweep.config.space import CategoricalConfig, ParameterConfig
from arcsweep.protocol import OutOfMemory, ParamValue, Probe, TrialOutcome
from arcsweep.study.space import Space

T = TypeVar("T")


@dataclass
class Rehearsals:
    """Rehearsals of one audit, none made twice.

    broken: what the training function raised, with the parameters that made it.
    """

    space: Space
    probe: Probe
    seed: int = 0
    say: Callable[[str], None] = lambda _: None
    broken: list[tuple[str, Assignment]] = field(default_factory=list)
    count: int = 0
    _done: dict[tuple[str, int], str] = field(default_factory=dict)

    def outcome(self, values: Mapping[str, ParamValue], epochs: int = 1) -> str:
        """Fingerprint of training with ``values``."""
        params = effective(self.space, values)
        key = (repr(sorted(params.items())), epochs)
        if key not in self._done:
            self._done[key] = self.fresh(params, epochs)
        return self._done[key]

    def held_mb(self, values: Mapping[str, ParamValue]) -> float:
        """What a step with ``values`` holds, for ranking; more than all others where it does not
        fit, 0 where it cannot be made."""
        params = effective(self.space, values)
        found = self._tried(lambda: self.probe.held_mb(params, self.seed), params)
        if isinstance(found, OutOfMemory):
            return inf
        return 0.0 if isinstance(found, Exception) else found

    def fresh(self, params: Assignment, epochs: int = 1) -> str:
        """A rehearsal that is made even if an equal one was."""
        self.count += 1
        found = self._tried(lambda: self.probe.rehearse(params, self.seed, epochs), params)
        if isinstance(found, TrialOutcome):
            return f"{found.name}: {found}"
        return f"broken {found!r}" if isinstance(found, Exception) else found.outcome

    def _tried(self, ask: Callable[[], T], params: Assignment) -> T | Exception:
        """The probe's answer, or what the training function raised instead."""
        try:
            return ask()
        except TrialOutcome as outcome:
            return outcome
        except Exception as error:  # noqa: BLE001 - whatever it is, a trial would end as FAIL with it
            self.broken.append((f"{type(error).__name__}: {error}", params))
            return error


@dataclass(frozen=True)
class Effect:
    """What one parameter does in one group.

    classes: its tried values, those together that never made a difference to each other.
    bases: configurations that this was tried at.
    """

    name: str
    group: ParamValue
    classes: tuple[tuple[ParamValue, ...], ...]
    bases: int

    @property
    def dead(self) -> bool:
        return len(self.classes) == 1


def measure_effects(
    rehearsals: Rehearsals, by: str, n_bases: int, generator: np.random.Generator
) -> list[Effect]:
    """Effects of every parameter with more than one value, for each choice of ``by``."""
    space = rehearsals.space
    switch = space.parameters[by]
    choices = switch.choices if isinstance(switch, CategoricalConfig) else ()
    effects = []
    for choice in choices:
        for name, parameter in space.parameters.items():
            fixed = {} if name == by else {by: choice}
            if name == by and choice is not choices[0]:
                continue
            points = points_of(parameter)
            bases = (draw_with(space, [name], generator, fixed) for _ in range(n_bases))
            at = [base for base in bases if base is not None]
            if len(points) > 1 and at:
                effect = _effect(rehearsals, name, choice, points, at)
                effects.append(effect)
                rehearsals.say(f"{choice}: {name} {'changes nothing' if effect.dead else 'acts'}")
    return effects


def _effect(
    rehearsals: Rehearsals,
    name: str,
    group: ParamValue,
    points: tuple[ParamValue, ...],
    bases: list[Assignment],
) -> Effect:
    """Every further base tells apart what those before did not; the last word has a whole trial."""
    classes: list[tuple[ParamValue, ...]] = [points]
    rounds = [(base, 1) for base in bases] + [(bases[0], rehearsals.probe.epochs)]
    used = 0
    for base, epochs in rounds:
        if all(len(members) == 1 for members in classes):
            break
        used += 1
        classes = [
            part
            for members in classes
            for part in (
                _split(rehearsals, name, members, base, epochs) if len(members) > 1 else [members]
            )
        ]
    return Effect(name, group, tuple(classes), used)


def _split(
    rehearsals: Rehearsals,
    name: str,
    members: tuple[ParamValue, ...],
    base: Assignment,
    epochs: int,
) -> list[tuple[ParamValue, ...]]:
    parts: dict[str, list[ParamValue]] = {}
    for value in members:
        parts.setdefault(rehearsals.outcome({**base, name: value}, epochs), []).append(value)
    return [tuple(part) for part in parts.values()]


def effect_findings(effects: list[Effect], rehearsals: Rehearsals) -> Iterator[Finding]:
    """Parameters, and ranges of them, that change nothing; and what broke."""
    for name in dict.fromkeys(effect.name for effect in effects):
        mine = [effect for effect in effects if effect.name == name]
        dead = [effect for effect in mine if effect.dead]
        key = f"study.space.{name}"
        if len(dead) == len(mine):
            tried = ", ".join(_shown(v) for v in mine[0].classes[0])
            yield Finding(
                "error", key, "changes nothing that training produces",
                f"weights and validation were equal for {tried} at "
                f"{sum(e.bases for e in mine)} configurations, one of them trained for "
                f"{rehearsals.probe.epochs} epochs",
                "mend the model so that it uses the parameter, or remove it from the space",
            )  # fmt: skip
            continue
        for effect in mine:
            yield from _of_one(effect, rehearsals.space.parameters[name], key)


def broken_findings(rehearsals: Rehearsals) -> Iterator[Finding]:
    """What the training function raised, each error once; to be asked when all is tried."""
    seen = set()
    for text, params in rehearsals.broken:
        if text not in seen:
            seen.add(text)
            yield Finding(
                "error", "study.objective", "fails with parameters that the space allows",
                f"{text[:200]} with {_settings(params)}",
                "mend the training function, or take these values out of study.space",
            )  # fmt: skip


def _of_one(effect: Effect, parameter: ParameterConfig, key: str) -> Iterator[Finding]:
    if effect.dead:
        yield Finding(
            "warning", key, f"changes nothing in trials with {_shown(effect.group)}",
            f"equal results for {', '.join(_shown(v) for v in effect.classes[0])} at "
            f"{effect.bases} configurations",
            f"give it a condition (when) that leaves {_shown(effect.group)} out",
        )  # fmt: skip
        return
    alike = [members for members in effect.classes if len(members) > 1]
    if alike:
        groups = "; ".join(" = ".join(_shown(v) for v in members) for members in alike)
        discrete = parameter.type != "float"
        yield Finding(
            "warning" if discrete else "note",
            key,
            f"has values that train the same model in trials with {_shown(effect.group)}: {groups}",
            f"{len(effect.classes)} different results of "
            f"{sum(map(len, effect.classes))} values at {effect.bases} configurations",
            "keep one of each" if discrete else "narrow the range if that part is not wanted",
        )


def duplicate_findings(
    effects: list[Effect], rehearsals: Rehearsals, n_bases: int, generator: np.random.Generator
) -> Iterator[Finding]:
    """Pairs that may exchange their values without any difference: one of them is enough.

    Only pairs with two values in common can be exchanged; sums, products and second names of one
    thing are found so.
    """
    space = rehearsals.space
    groups: dict[str, dict[str, ParamValue]] = {}
    for effect in effects:
        if not effect.dead:
            groups.setdefault(effect.name, {})[repr(effect.group)] = effect.group
    for first, second in combinations(groups, 2):
        shared = _two_shared(space.parameters[first], space.parameters[second])
        if shared is None:
            continue
        tried = 0
        for _ in range(n_bases):
            base = draw_with(space, [first, second], generator)
            if base is None or not _differ(rehearsals, base, first, second, shared):
                tried += base is not None
                continue
            tried = -1
            break
        if tried > 0:
            yield Finding(
                "error", f"study.space.{second}", f"duplicates {first}",
                f"exchanging {_shown(shared[0])} and {_shown(shared[1])} between the two changed "
                f"nothing at {tried} configurations",
                "keep one of the two and fix the other with a single choice",
            )  # fmt: skip


def _differ(
    rehearsals: Rehearsals,
    base: Assignment,
    first: str,
    second: str,
    shared: tuple[ParamValue, ParamValue],
) -> bool:
    one = {**base, first: shared[0], second: shared[1]}
    other = {**base, first: shared[1], second: shared[0]}
    active = [set(rehearsals.space.active(values)) for values in (one, other)]
    if not all({first, second} <= names for names in active):
        return True
    return rehearsals.outcome(one) != rehearsals.outcome(other)


def _two_shared(
    first: ParameterConfig, second: ParameterConfig
) -> tuple[ParamValue, ParamValue] | None:
    """Two values that both parameters may have; None where there are none."""
    if first.type == "float" and second.type == "float":
        low, high = max(first.low, second.low), min(first.high, second.high)
        if low >= high:
            return None
        return low + (high - low) / 3, low + (high - low) * 2 / 3
    if "float" in (first.type, second.type):
        return None
    theirs = points_of(second)
    common = [value for value in points_of(first) if contains(theirs, value)]
    return (common[0], common[-1]) if len(common) > 1 else None


def _shown(value: ParamValue) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _settings(params: Assignment) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in params.items())
