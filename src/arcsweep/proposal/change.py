"""One line of a proposal: what is done to a setting, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["drop", "narrow", "widen", "fix", "remove", "keep"]

RULES: Mapping[Action, str] = {
    "drop": "a choice goes when its trials stand behind those of the best choice, at equal epochs"
    " and within the same period of the search, by an interval that excludes 0 for all comparisons"
    " of the study together, in every encoder that has the setting, and no selected trial has it;"
    " an encoder goes when its selected configurations, trained again, lose to another’s by an"
    " interval that excludes 0",
    "narrow": "an end of a range goes when its trials stand behind those of the best part by such"
    " an interval, in every encoder that has the setting, and no selected trial lies there; half of"
    " the last losing part stays as a margin",
    "widen": "a range or list of numbers grows when the setting matters beyond chance, its best"
    " part is at that end, and at least half of the selected trials (two or more) lie there",
    "fix": "a setting gets one value when, with the stated confidence, it explains less than a"
    " tenth of the differences between trials in every encoder that has it and no pair with it acts"
    " together beyond chance, or when the audit found that it changes nothing; and when enough"
    " trials are left to start warm from",
    "remove": "a setting goes when no trial could have it any more",
    "keep": "everything else stays, also wherever there are too few trials to say",
}
"""When each is done."""


@dataclass(frozen=True)
class Change:
    """before, after: what the setting was and becomes, in short; equal for "keep".

    evidence: why, with its figures in words; numbers: the same for a program.
    """

    action: Action
    parameter: str
    before: str
    after: str
    evidence: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
