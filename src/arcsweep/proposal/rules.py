"""What is done to each parameter of the space: the rules, in the order in which they apply."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from arcsweep.config.conditions import contains, dependency_order, is_number, values_of
from arcsweep.config.space import CategoricalConfig, Choice, ParameterConfig
from arcsweep.proposal.change import Action, Change
from arcsweep.proposal.edits import described, end_of, fixed, wider, with_ends, without
from arcsweep.proposal.evidence import GroupEvidence, Part
from arcsweep.protocol import ParamValue
from arcsweep.reports.words import listed, percent, points_with_spread, setting, with_spread
from arcsweep.selection.groups import group_name

Space = dict[str, ParameterConfig]

NEGLIGIBLE = 0.1
"""A parameter whose share is below this for certain can be fixed."""


@dataclass(frozen=True)
class Lost:
    """An encoder that lost, and the words and figures that say so."""

    name: str
    evidence: str
    numbers: Mapping[str, float]


@dataclass
class Draft:
    """The space as it is being changed, and what was changed.

    fits: why a space cannot be used, or "". warm: trials that it can express.
    by: the parameter whose choices are the groups.
    """

    space: Space
    groups: Sequence[GroupEvidence]
    by: str
    fits: Callable[[Space], str]
    warm: Callable[[Space], int]
    least_warm: int
    changes: list[Change] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    def having(self, name: str) -> list[GroupEvidence]:
        """The groups that are left and can have the parameter."""
        choices = self.space[self.by]
        assert isinstance(choices, CategoricalConfig)
        names = {group_name(choice) for choice in choices.choices}
        allowed = self.space[name].when.get(self.by)
        if allowed is not None:
            values = allowed if isinstance(allowed, tuple) else (allowed,)
            names &= {group_name(value) for value in values}
        return [group for group in self.groups if group.name in names]

    def change(self, action: Action, name: str, to: ParameterConfig, evidence: str,
               numbers: Mapping[str, object]) -> bool:  # fmt: skip
        """Take the change over where the space can be used with it; else keep, with the reason."""
        before = self.space[name]
        after = {**self.space, name: to}
        gone = _without_idle(after)
        problem = self.fits(after)
        if problem:
            self.kept[name] = f"{evidence}; but {action} would not load: {problem}"
            return False
        self.space = after
        self.changes.append(
            Change(action, name, described(before), described(to), evidence, numbers)
        )
        why = f"no trial has it any more, since {name} is {described(to)}"
        self.changes += [Change("remove", idle, "in the space", "gone", why) for idle in gone]
        return True


def drop_groups(draft: Draft, lost: Sequence[Lost]) -> None:
    """Encoders that lost go."""
    for one in lost:
        parameter = draft.space[draft.by]
        assert isinstance(parameter, CategoricalConfig)
        choices: list[Choice] = [c for c in parameter.choices if group_name(c) == one.name]
        draft.change("drop", draft.by, without(parameter, choices), one.evidence, one.numbers)


def drop_choices(draft: Draft, name: str) -> None:
    """Choices that lose in every group that has the parameter."""
    parameter, groups = draft.space[name], draft.having(name)
    if not isinstance(parameter, CategoricalConfig) or not groups:
        return
    for choice in parameter.choices:
        label = group_name(choice)
        losses = [_losing(group, name, label) for group in groups]
        if not all(losses) or any(_selected_with(group, name, [choice]) for group in groups):
            continue
        current = draft.space[name]
        assert isinstance(current, CategoricalConfig)
        draft.change("drop", name, without(current, [choice]),
                     _words(groups, name, losses), _figures(groups, losses))  # fmt: skip


def narrow(draft: Draft, name: str) -> None:
    """Ends of a range that lose in every group that has the parameter."""
    for at in ("low", "high"):
        parameter, groups = draft.space.get(name), draft.having(name) if name in draft.space else []
        if parameter is None or isinstance(parameter, CategoricalConfig) or not groups:
            return
        cuts = [_cut(group, name, at) for group in groups]
        if not all(cut is not None for cut in cuts):
            continue
        ends = [cut[0] for cut in cuts if cut is not None]
        end = min(ends) if at == "low" else max(ends)
        outside = [v for group in groups for chosen in group.selected
                   if (v := chosen.get(name)) is not None
                   and (float(v) < end if at == "low" else float(v) > end)]  # fmt: skip
        to = with_ends(parameter, *((end, None) if at == "low" else (None, end)))
        if outside or to == parameter:
            continue
        losses = [cut[1] for cut in cuts if cut is not None]
        draft.change("narrow", name, to, _words(groups, name, losses), _figures(groups, losses))


def widen(draft: Draft, name: str) -> None:
    """Ends at which a group that the parameter matters to has its best part and selected trials."""
    for at in ("low", "high"):
        parameter = draft.space[name]
        if not is_number(parameter) or (described(parameter).count(",") == 0 and (
            isinstance(parameter, CategoricalConfig)
        )):  # fmt: skip
            return
        for group in draft.having(name):
            effect, best, parts = (
                group.effect_of(name),
                group.best_part(name),
                group.parts.get(name),
            )
            if effect is None or not effect.matters or best is None or not parts:
                continue
            ordered = sorted(parts, key=lambda part: min(map(float, part.values)))
            chosen = [c[name] for c in group.selected if name in c]
            there = sum(end_of(value, parameter) == at for value in chosen)
            if best is not ordered[0 if at == "low" else -1] or there * 2 < max(4, len(chosen)):
                continue
            to = wider(parameter, at)
            if to is None:
                draft.kept[name] = f"the best values are at its {at} end, where it cannot grow"
                break
            evidence = (
                f"{group.label}: {there} of {len(chosen)} selected trials at its {at} end, its best"
                f" part {best.label} beats {percent(best.standing)} of the others, and it explains"
                f" {with_spread(effect.share)}"
            )
            numbers = {"group": group.name, "selected_at_end": there, "selected": len(chosen),
                       "share": effect.share.estimate, "noise": effect.noise}  # fmt: skip
            draft.change("widen", name, to, evidence, numbers)
            break


def fix(draft: Draft, dead: Mapping[str, str]) -> None:
    """Parameters that do not matter, the surest first, as long as enough trials start warm."""
    parents = {parent for p in draft.space.values() for parent in p.when}
    sure: list[tuple[float, str, str, Mapping[str, object]]] = []
    for name in draft.space:
        groups = draft.having(name)
        if name == draft.by or not groups or _is_fixed(draft.space[name]):
            continue
        if name in dead and name not in parents:
            sure.append((0.0, name, f"the audit: {dead[name]}", {"audit": dead[name]}))
            continue
        effects = [group.effect_of(name) for group in groups]
        pairs = [pair for group in groups for pair in group.sensitivity.interactions.found]
        paired = any(name in (pair.first, pair.second) for pair in pairs)
        highs = [effect.share.high for effect in effects if effect is not None]
        if paired or len(highs) < len(groups) or max(highs) >= NEGLIGIBLE:
            continue
        said = listed(
            f"{with_spread(e.share)} for {g.label} ({e.share.n_tasks} trials)"
            for g, e in zip(groups, effects, strict=True)
            if e is not None
        )
        if name in parents:
            draft.kept[name] = f"it explains {said}, but other settings depend on it"
            continue
        bounds = {g.name: e.share.high for g, e in zip(groups, effects, strict=True) if e}
        sure.append((max(highs), name, f"it explains {said}", bounds))
    for _, name, evidence, numbers in sorted(sure, key=lambda one: one[:2]):
        _fix(draft, name, evidence, numbers)


def _fix(draft: Draft, name: str, evidence: str, numbers: Mapping[str, object]) -> None:
    value = _best_value(draft, name)
    if value is None:
        draft.kept[name] = f"{evidence}, but no selected trial tells at which value to fix it"
        return
    parameter = fixed(draft.space[name], value)
    left = draft.warm({**draft.space, name: parameter})
    if left < draft.least_warm:
        draft.kept[name] = (
            f"{evidence}; with one value alone {left} trials would be left to start warm from,"
            f" fewer than the {draft.least_warm} random ones that the sampler wants"
        )
        return
    why = f"{evidence}; {setting(value)} is what the best selected trial had"
    draft.change("fix", name, parameter, why, numbers)


def keep(draft: Draft) -> None:
    """A line for each parameter that stayed as it was, with what is known of it."""
    changed = {change.parameter for change in draft.changes}
    for name, parameter in draft.space.items():
        if name in changed or name == draft.by:
            continue
        text = draft.kept.get(name) or _unchanged(draft.having(name), name)
        draft.changes.append(Change("keep", name, described(parameter), described(parameter), text))
    if draft.by not in changed and draft.by in draft.space:
        told = described(draft.space[draft.by])
        text = draft.kept.get(draft.by, "none of its choices is shown to lose")
        draft.changes.append(Change("keep", draft.by, told, told, text))


def _without_idle(space: Space) -> list[str]:
    """Take the parameters that no trial can have out of ``space``; their names."""
    gone: list[str] = []
    for name in dependency_order(space):
        for parent, wanted in space[name].when.items():
            values = values_of(space[parent]) if parent in space else ()
            wanted_values = wanted if isinstance(wanted, tuple) else (wanted,)
            if values is not None and not any(contains(values, value) for value in wanted_values):
                gone.append(name)
                break
        if gone and gone[-1] == name:
            del space[name]
    return gone


def _losing(group: GroupEvidence, name: str, label: str) -> Part | None:
    return next((p for p in group.parts.get(name, ()) if p.label == label and p.loses), None)


def _selected_with(group: GroupEvidence, name: str, values: list[Choice]) -> bool:
    return any(name in chosen and contains(values, chosen[name]) for chosen in group.selected)


def _cut(group: GroupEvidence, name: str, at: str) -> tuple[float, Part] | None:
    """Where a range could end, and the last part that loses there; None where none does."""
    parts = sorted(group.parts.get(name, ()), key=lambda part: min(map(float, part.values)))
    if at == "high":
        parts.reverse()
    last = None
    for part in parts[:-1]:
        if not part.loses:
            break
        last = part
    if last is None:
        return None
    numbers = sorted(map(float, last.values))
    # Half of it stays: the truth may lie just beyond where two parts meet.
    return numbers[len(numbers) // 2 if at == "low" else (len(numbers) - 1) // 2], last


def _best_value(draft: Draft, name: str) -> ParamValue | None:
    """Of the best selected trial that had the parameter, over all groups that are left."""
    groups = [g for g in draft.having(name) if any(name in chosen for chosen in g.selected)]
    if not groups:
        return None
    leader = max(groups, key=lambda g: (g.best is not None, g.best or 0.0))
    return next(chosen[name] for chosen in leader.selected if name in chosen)


def _is_fixed(parameter: ParameterConfig) -> bool:
    if isinstance(parameter, CategoricalConfig):
        return len(parameter.choices) == 1
    return parameter.low == parameter.high


def _words(groups: Sequence[GroupEvidence], name: str, losses: Sequence[Part | None]) -> str:
    said = []
    for group, part in zip(groups, losses, strict=True):
        best = group.best_part(name)
        if part is None or part.behind is None or best is None:
            continue
        said.append(
            f"{group.label}: {part.label} minus {best.label} is {points_with_spread(part.behind)}"
            f" of standing ({part.n_trials} and {best.n_trials} trials)"
        )
    return "; ".join(said)


def _figures(
    groups: Sequence[GroupEvidence], losses: Sequence[Part | None]
) -> dict[str, dict[str, float]]:
    return {
        group.name: {"difference": part.behind.estimate, "low": part.behind.low,
                     "high": part.behind.high, "trials": part.n_trials}
        for group, part in zip(groups, losses, strict=True)
        if part is not None and part.behind is not None
    }  # fmt: skip


def _unchanged(groups: Sequence[GroupEvidence], name: str) -> str:
    said = []
    for group in groups:
        effect = group.effect_of(name)
        if effect is None:
            said.append(f"{group.label}: not enough trials to say ({group.n_trials} to judge by)")
        elif effect.matters:
            said.append(
                f"{group.label}: it matters ({with_spread(effect.share)}), but no end or choice is"
                " shown to lose"
            )
        else:
            said.append(
                f"{group.label}: neither shown to matter nor not to ({with_spread(effect.share)})"
            )
    return "; ".join(said)
