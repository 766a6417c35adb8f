"""The confirmation's records: every selected trial on every fold, and the forest on the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from arcsweep.config import Config
from arcsweep.config.classifier_rules import trains_classifier
from arcsweep.errors import InputError
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.reports.with_forest import Answers, Numbers, answers_with_forest
from arcsweep.split.folds import Folds, load_folds
from arcsweep.split.split import Split

T = TypeVar("T")

_REMEDY = "run `arcsweep confirmation` for this slot again"

WRONG_OUTCOMES = ("diverged",)
"""Ends that are the settings' own fault: who trains with them has no model, so that the fold's
tasks count as wrong. Other failures say more of the machine: such a configuration is left out."""


@dataclass(frozen=True)
class FoldRuns:
    """What runs on the study's folds answered.

    truth: judged task → category. answers: (group, rank) → for each repeat, task → category; only
        of configurations that have a run on every fold.
    diverged: (group, rank) → runs that diverged. missing: slots without a run → why.
    forest: the same of the random forest, empty where there is none for these folds; method: its.
    with_forest: as ``answers``, of each configuration together with the forest; empty where the
        forest's record has no probabilities.
    majority: of naming, in each fold, the commonest category of its training side.
    epochs, seconds: group → spent on all its runs.
    """

    folds: Folds
    truth: Mapping[str, str]
    answers: Mapping[tuple[str, int], Sequence[Mapping[str, str]]]
    diverged: Mapping[tuple[str, int], int]
    missing: Mapping[tuple[str, int, int], str]
    forest: Sequence[Mapping[str, str]]
    method: str
    with_forest: Mapping[tuple[str, int], Sequence[Answers]]
    majority: Sequence[Mapping[str, str]]
    n_runs: int
    epochs: Mapping[str, int]
    seconds: Mapping[str, float]


def load_fold_runs(
    config: Config, paths: Paths, selection: Mapping[str, Any], split: Split
) -> FoldRuns | None:
    """Records of all slots; None where nothing is confirmed.

    A slot whose record is not there yet is missing. Raises InputError when a record is damaged, or
    of another selection or fold than those at hand.
    """
    rules = config.confirmation
    if not rules.n_folds or not trains_classifier(config) or not paths.folds.exists():
        return None
    folds = load_folds(paths.folds)
    if (folds.folds, len(folds.repeats)) != (rules.folds, rules.repeats):
        raise InputError(
            f"{paths.folds} has {folds.folds} folds × {len(folds.repeats)}, but the config asks for"
            f" {rules.folds} × {rules.repeats}; run `arcsweep folds` again"
        )
    hashes = [folds.fold(number, split).content_hash for number in range(len(folds))]
    found = _Found()
    for group, entry in selection["groups"].items():
        numbers = {trial["rank"]: trial["number"] for trial in entry["trials"]}
        for rank in range(1, (rules.top_k or entry["requested"]) + 1):
            for number, fold_hash in enumerate(hashes):
                path = paths.confirmation_record(group, rank, number)
                found.add((group, rank), number, path, numbers.get(rank), fold_hash)
    forest, probabilities, method = _forest(paths.fold_forest, folds)
    answers, logits = found.whole(folds, found.runs), found.whole(folds, found.logits)
    return FoldRuns(
        folds=folds,
        truth=folds.judged(split),
        answers=answers,
        diverged=found.diverged,
        missing=found.missing,
        forest=forest,
        method=method,
        with_forest={
            configuration: answers_with_forest(of_runs, probabilities)
            for configuration, of_runs in logits.items()
            if probabilities
        },
        majority=_majority(folds, split),
        n_runs=len(found.runs),
        epochs=found.epochs,
        seconds=found.seconds,
    )


class _Found:
    """What has been read so far."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, int, int], Mapping[str, str]] = {}
        self.logits: dict[tuple[str, int, int], Mapping[str, Numbers]] = {}
        self.diverged: dict[tuple[str, int], int] = {}
        self.missing: dict[tuple[str, int, int], str] = {}
        self.epochs: dict[str, int] = {}
        self.seconds: dict[str, float] = {}

    def add(
        self,
        configuration: tuple[str, int],
        number: int,
        path: Path,
        selected: int | None,
        fold_hash: str,
    ) -> None:
        """Read the record in ``path`` of ``configuration`` on fold ``number``."""
        slot = (*configuration, number)
        if not path.exists():
            self.missing[slot] = "not run yet"
            return
        record = read_json_object(path, _REMEDY)
        try:
            if record["outcome"] == "none":
                self.missing[slot] = str(record["reason"])
                return
            _check(record, path, selected, fold_hash)
            group = configuration[0]
            self.seconds[group] = self.seconds.get(group, 0.0) + float(record["seconds"])
            if not record["empty"]:
                self.runs[slot] = dict(record["predictions"])
                self.logits[slot] = dict(record["logits"])
                self.epochs[group] = self.epochs.get(group, 0) + int(record["epochs"])
            elif record["outcome"] in WRONG_OUTCOMES:
                self.runs[slot] = {}
                self.logits[slot] = {}
                self.diverged[configuration] = self.diverged.get(configuration, 0) + 1
            else:
                self.missing[slot] = str(record["reason"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path} lacks or garbles a field ({error!r}); {_REMEDY}") from error

    def whole(
        self, folds: Folds, of_runs: Mapping[tuple[str, int, int], Mapping[str, T]]
    ) -> dict[tuple[str, int], list[dict[str, T]]]:
        """What the configurations that have a run on every fold said, repeat by repeat.

        of_runs: ``runs`` or ``logits``.
        """
        configurations = dict.fromkeys((group, rank) for group, rank, _ in of_runs)
        whole = {}
        for group, rank in configurations:
            runs = [of_runs.get((group, rank, number)) for number in range(len(folds))]
            repeats: list[dict[str, T]] = [{} for _ in folds.repeats]
            for number, run in enumerate(runs):
                repeats[number // folds.folds].update(run or {})
            if all(run is not None for run in runs):
                whole[group, rank] = repeats
        return whole


def _check(record: Mapping[str, Any], path: Path, selected: int | None, fold_hash: str) -> None:
    if record["trial"] != selected:
        chosen = "no trial" if selected is None else f"trial {selected}"
        raise InputError(
            f"{path} is of trial {record['trial']}, but {chosen} is selected for this slot;"
            f" {_REMEDY}"
        )
    if record["fold_hash"] != fold_hash:
        raise InputError(f"{path} is of another fold than that of folds.json; {_REMEDY}")


def _forest(
    path: Path, folds: Folds
) -> tuple[Sequence[Answers], Sequence[Mapping[str, Numbers]], str]:
    record = read_json_object(path, "run `arcsweep forest`") if path.exists() else {}
    if record.get("folds_hash") != folds.content_hash:
        return (), (), ""
    # A record of an older arcsweep has answers alone.
    return record["predictions"], record.get("probabilities", ()), record["method"]


def _majority(folds: Folds, split: Split) -> list[dict[str, str]]:
    answers: list[dict[str, str]] = [{} for _ in folds.repeats]
    for number in range(len(folds)):
        fold = folds.fold(number, split)
        named = list(fold.train.values())
        commonest = max(sorted(set(named)), key=named.count)
        answers[number // folds.folds].update(dict.fromkeys(fold.judged, commonest))
    return answers
