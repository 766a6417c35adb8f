"""One thing that an audit found."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The worst first."""


@dataclass(frozen=True)
class Finding:
    """severity: error (part of the budget is wasted for certain), warning (it may be), or note.

    key: the setting, dotted. text: continues the sentence that the key begins. evidence: what was
    tried or counted. remedy: what to change; empty for a note that asks for nothing.
    """

    severity: Severity
    key: str
    text: str
    evidence: str
    remedy: str = ""


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Errors, then warnings, then notes, each in the order in which they were found."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
