"""A hypothesis and its base, judged on the same folds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from arcsweep.config import Config
from arcsweep.config.hypotheses import HypothesisConfig
from arcsweep.config.hypothesis_rules import groups_asked
from arcsweep.errors import InputError
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.reports.fold_runs import WRONG_OUTCOMES
from arcsweep.reports.fold_scores import FoldScores, Paired, paired
from arcsweep.split.folds import Folds, load_folds
from arcsweep.split.split import load_split

_BASE = "run `arcsweep confirmation` for it"
_VARIANT = "run `arcsweep hypothesis` for it"


@dataclass(frozen=True, eq=False)
class Pair:
    """What a hypothesis found in one group.

    base, variant: marks of the two on the same folds; None where there is a ``reason`` why not.
    same: the base has already what the hypothesis would change.
    diverged: runs of the variant that did; their tasks count as wrong, as the confirmation's do.
    seconds: of training all runs of the variant. pending: some of the runs are still to be made.
    """

    hypothesis: HypothesisConfig
    group: str
    trial: int | None = None
    base: FoldScores | None = None
    variant: FoldScores | None = None
    same: bool = False
    diverged: int = 0
    seconds: float = 0.0
    reason: str = ""
    pending: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """Group and rank of the base."""
        return self.group, self.hypothesis.base

    @property
    def asked(self) -> bool:
        """Whether there is anything to judge."""
        return not self.reason and not self.same

    def effect(self, confidence: float, without: Collection[str] = ()) -> Paired | None:
        """Variant minus base on all judged tasks but those of ``without``.

        None where there are no runs, or fewer than two folds are left to tell luck from skill.
        """
        if self.base is None or self.variant is None:
            return None
        base, variant = (leave_out(scores, without) for scores in (self.base, self.variant))
        n_folds = sum(len(np.unique(division)) for division in base.folds)
        return paired(base, variant, confidence) if n_folds > 1 else None


def load_pairs(config: Config, paths: Paths) -> tuple[Pair, ...]:
    """A pair for each hypothesis and each group that it is asked of, in the config's order.

    One whose runs are not all there yet says so. Raises InputError when a record is damaged, or the
    two halves are of different trials or folds.
    """
    return tuple(
        _pair(hypothesis, group, Division.load(paths), paths)
        for hypothesis in config.hypotheses
        for group in groups_asked(hypothesis, config)
    )


@dataclass(frozen=True)
class Division:
    """The folds, and the category of every task that they judge."""

    folds: Folds
    truth: Mapping[str, str]

    @classmethod
    def load(cls, paths: Paths) -> "Division":
        """Raises InputError when the folds are missing or of another split."""
        folds, split = load_folds(paths.folds), load_split(paths.split)
        folds.fold(0, split)
        return cls(folds, folds.judged(split))

    def scores(self, records: Sequence[Mapping[str, Any]]) -> FoldScores:
        """Marks of one configuration's ``records``, one a fold."""
        repeats: list[dict[str, str]] = [{} for _ in self.folds.repeats]
        for number, record in enumerate(records):
            repeats[number // self.folds.folds].update(record.get("predictions") or {})
        return FoldScores.of([repeats], self.truth, self.folds.repeats)


def leave_out(scores: FoldScores, tasks: Collection[str]) -> FoldScores:
    """The same runs on all tasks but these."""
    left = [at for at, task in enumerate(scores.tasks) if task not in tasks]
    names = tuple(scores.tasks[at] for at in left)
    return FoldScores(names, scores.folds[:, left], scores.correct[:, :, left])


def _pair(hypothesis: HypothesisConfig, group: str, division: Division, paths: Paths) -> Pair:
    files = [
        (
            paths.confirmation_record(group, hypothesis.base, fold),
            paths.hypothesis_record(hypothesis.name, group, fold),
        )
        for fold in range(len(division.folds))
    ]
    missing = sum(not file.exists() for both in files for file in both)
    if missing:
        reason = f"{missing} of {2 * len(files)} runs are not made yet"
        return Pair(hypothesis, group, reason=reason, pending=True)
    records = [(read_json_object(b, _BASE), read_json_object(v, _VARIANT)) for b, v in files]
    try:
        reason = next((_failure(half) for both in records for half in both if _failure(half)), "")
        if reason:
            return Pair(hypothesis, group, reason=reason)
        for (base, variant), (_, file) in zip(records, files, strict=True):
            _check(base, variant, file)
        variants = [variant for _, variant in records]
        return Pair(
            hypothesis,
            group,
            int(variants[0]["trial"]),
            division.scores([base for base, _ in records]),
            division.scores(variants),
            all(variant["same"] for variant in variants),
            sum(bool(variant["empty"]) for variant in variants),
            sum(float(variant["seconds"]) for variant in variants),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{files[0][1].parent} or {files[0][0].parent} has a record that lacks or garbles a "
            f"field ({error!r}); run `arcsweep hypothesis` or `arcsweep confirmation` again"
        ) from error


def _failure(record: Mapping[str, Any]) -> str:
    """Why nothing can be said of the run; a diverged one says enough."""
    failed = record["empty"] and record["outcome"] not in WRONG_OUTCOMES
    return str(record["reason"]) if failed else ""


def _check(base: Mapping[str, Any], variant: Mapping[str, Any], file: Path) -> None:
    for name in ("trial", "fold_hash", "training_seed"):
        if base[name] != variant[name]:
            raise InputError(
                f"{file} must have the {name} of its base ({base[name]!r}), got "
                f"{variant[name]!r}; {_VARIANT} again"
            )
