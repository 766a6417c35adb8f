"""A finished study's proposal, from what it left."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from arcsweep.config.root import Config
from arcsweep.proposal.change import RULES, Change
from arcsweep.proposal.document import proposal_diff, proposal_text
from arcsweep.proposal.evidence import GroupEvidence, compared, parts_of
from arcsweep.proposal.proposal import Revision, Whole, revise
from arcsweep.proposal.rules import Lost
from arcsweep.reports.comparison import Comparison
from arcsweep.reports.groups import LABELS, trials_of
from arcsweep.reports.scores import Resampling
from arcsweep.reports.sensitivity import Sensitivity, sensitivity
from arcsweep.reports.words import points_with_spread

_SPACE = "study.space."


@dataclass(frozen=True, eq=False)
class Proposal:
    """text: the proposed config; diff: unified, against what the study was told."""

    config: Config
    revision: Revision
    text: str
    diff: str

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.revision.changes

    def record(self) -> dict[str, Any]:
        """The proposal as plain JSON types."""
        used = {change.action for change in self.changes}
        return {
            "study": self.revision.study.name,
            "warm_start_from": self.revision.study.warm_start_from,
            "trials_that_start_it_warm": self.revision.n_warm,
            "finished_trials": self.revision.n_finished,
            "changes": [asdict(change) for change in self.changes],
            "rules": {action: text for action, text in RULES.items() if action in used},
        }


def propose(
    config: Config,
    trials: pd.DataFrame,
    selection: Mapping[str, Any],
    *,
    comparisons: Sequence[Comparison] = (),
    audit: Mapping[str, Any] | None = None,
    sensitivities: Mapping[str, Sensitivity] | None = None,
) -> Proposal:
    """What to try after the study of ``config``.

    trials: its table. selection: selection.json. comparisons: of the groups' extended runs.
    audit: audit.json. sensitivities: group → effects, where they are computed already.
    """
    study, by = config.study, selection["by"]
    resampling = Resampling(
        config.reports.confidence, config.reports.bootstrap_samples, config.reports.seed
    )
    groups = []
    for name, record in selection["groups"].items():
        rows = trials_of(trials, by, name, study.space[by])
        result = (sensitivities or {}).get(name) or sensitivity(
            rows, study.space, study.direction, resampling, by=by
        )
        groups.append(_group(name, record, rows, result, config, by))
    revision = revise(
        study,
        by,
        compared(groups, config.reports.confidence),
        trials,
        lost=_lost(comparisons),
        dead=_dead(audit or {}),
        whole=Whole(config),
    )
    proposed = Whole(config).with_study(revision.study)
    return Proposal(
        proposed,
        revision,
        proposal_text(config, proposed, revision),
        proposal_diff(config, proposed, revision),
    )


def _group(
    name: str,
    record: Mapping[str, Any],
    rows: pd.DataFrame,
    result: Sensitivity,
    config: Config,
    by: str,
) -> GroupEvidence:
    sign = 1.0 if config.study.direction == "maximize" else -1.0
    chosen = record["trials"]
    return GroupEvidence(
        name=name,
        label=LABELS.get(name, name),
        n_trials=result.n_trials,
        selected=tuple(trial["params"] for trial in chosen),
        best=sign * float(chosen[0]["value"]) if chosen else None,
        sensitivity=result,
        parts=parts_of(rows, config.study.space, config.study.direction, by),
    )


def _lost(comparisons: Sequence[Comparison]) -> list[Lost]:
    """Groups that another one beats beyond doubt."""
    lost: dict[str, Lost] = {}
    for pair in comparisons:
        interval = pair.all_selected
        if interval is None or not interval.excludes_zero:
            continue
        worse = pair.first if interval.low > 0 else pair.second
        better = pair.second if interval.low > 0 else pair.first
        text = (
            f"{pair.second.label} minus {pair.first.label} is {points_with_spread(interval)}, their"
            f" selected configurations trained again; {better.label} is better"
        )
        figures = {"difference": interval.estimate, "low": interval.low, "high": interval.high}
        lost.setdefault(worse.name, Lost(worse.name, text, figures))
    return list(lost.values())


def _dead(audit: Mapping[str, Any]) -> dict[str, str]:
    """Parameters of which the audit found that they change nothing at all."""
    return {
        finding["key"].removeprefix(_SPACE): finding["text"]
        for finding in audit.get("findings", ())
        if finding["severity"] == "error"
        and finding["key"].startswith(_SPACE)
        and finding["text"].startswith("changes nothing")
    }
