"""The proposal as files: a config that stands alone, and its difference to what the study was told.

Both hold the evidence as comments above the line that it is for.
"""

import difflib
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from arcsweep.config.dump import config_text
from arcsweep.config.root import Config
from arcsweep.proposal.change import Change
from arcsweep.proposal.proposal import Revision

WIDTH = 100
_PARAMETER = re.compile(r"    (\S+): \{")


def proposal_text(told: Config, proposed: Config, revision: Revision) -> str:
    """The whole config as YAML, usable alone and as an overlay.

    What the study's config had and the proposal has not is null, which takes it away where a file
    below still has it.
    """
    head = (
        f"# What to try after {told.study.name}, proposed from its trials. Review it, then run\n"
        f"#   snakemake --profile profiles/local --configfile <this file>\n"
        f"# {revision.n_warm} of {revision.n_finished} finished trials start it warm.\n"
    )
    return head + "\n".join(_lines(told, proposed, revision.changed)) + "\n"


def proposal_diff(told: Config, proposed: Config, revision: Revision) -> str:
    """Unified diff from what the study was told to the proposal, evidence included."""
    return "\n".join(
        difflib.unified_diff(
            config_text(told).splitlines(),
            _lines(told, proposed, revision.changed),
            f"{told.study.name} (as told)",
            f"{proposed.study.name} (proposed)",
            n=2,
            lineterm="",
        )
    ) + "\n"  # fmt: skip


def _lines(told: Config, proposed: Config, changes: Sequence[Change]) -> list[str]:
    gone = [name for name in told.study.space if name not in proposed.study.space]
    nulls = _nulls(told, proposed)
    lines: list[str] = []
    last = 0
    for line in config_text(proposed).splitlines():
        found = _PARAMETER.match(line)
        if found is None:
            lines.append(line)
            continue
        name = found[1]
        lines += _comments(name, changes)
        added = "".join(f", {key}: null" for key in nulls.get(name, ()))
        lines.append(line.removesuffix("}") + added + "}")
        last = len(lines)
    removed = [text for name in gone for text in (*_comments(name, changes), f"    {name}: null")]
    return [*lines[:last], *removed, *lines[last:]]


def _comments(name: str, changes: Sequence[Change]) -> list[str]:
    return [
        line
        for change in changes
        if change.parameter == name
        for line in textwrap.wrap(
            f"{change.action}: {change.before} → {change.after}; {change.evidence}",
            WIDTH,
            initial_indent="    # ",
            subsequent_indent="    #   ",
        )
    ]


def _nulls(told: Config, proposed: Config) -> Mapping[str, list[str]]:
    """Parameter → its keys that the proposal no longer has."""
    before, after = (
        {name: _keys(parameter) for name, parameter in config.study.space.items()}
        for config in (told, proposed)
    )
    return {
        name: [key for key in before.get(name, ()) if key not in keys]
        for name, keys in after.items()
    }


def _keys(parameter: Any) -> list[str]:
    values = parameter.model_dump(mode="json")
    return [key for key, value in values.items() if value is not None and value != {}]
