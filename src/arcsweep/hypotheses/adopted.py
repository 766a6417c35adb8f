"""All that was made for the hypotheses: the pairs, and the bases with what was adopted."""

from collections.abc import Mapping
from dataclasses import dataclass

from arcsweep.config import Config
from arcsweep.config.classifier_rules import trains_classifier
from arcsweep.errors import InputError
from arcsweep.hypotheses.pair import Division, Pair, load_pairs
from arcsweep.labels.json_file import read_json_object
from arcsweep.paths import Paths
from arcsweep.reports.fold_runs import WRONG_OUTCOMES
from arcsweep.reports.fold_scores import FoldScores

_REMEDY = "run `arcsweep adoption` for it again"


@dataclass(frozen=True, eq=False)
class Adopted:
    """A base with what each fold's other tasks adopted. names: for each fold, what that was."""

    scores: FoldScores
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class HypothesisRuns:
    """adopted: (group, rank of the base) → its runs; without those that are not all there."""

    pairs: tuple[Pair, ...]
    adopted: Mapping[tuple[str, int], Adopted]


def load_hypothesis_runs(config: Config, paths: Paths) -> HypothesisRuns | None:
    """Records of all slots; None where no hypothesis is asked. Raises InputError for damaged ones.

    Nothing is asked either where the folds are still to be drawn.
    """
    asked = config.hypotheses and config.confirmation.n_folds and trains_classifier(config)
    if not asked or not paths.folds.exists():
        return None
    pairs, division = load_pairs(config, paths), Division.load(paths)
    found = {key: _adopted(key, division, paths) for key in dict.fromkeys(p.key for p in pairs)}
    return HypothesisRuns(pairs, {key: a for key, a in found.items() if a is not None})


def _adopted(key: tuple[str, int], division: Division, paths: Paths) -> Adopted | None:
    files = [paths.adoption_record(*key, fold) for fold in range(len(division.folds))]
    if not all(file.exists() for file in files):
        return None
    records = [read_json_object(file, _REMEDY) for file in files]
    try:
        if any(r["empty"] and r["outcome"] not in WRONG_OUTCOMES for r in records):
            return None
        names = tuple(tuple(map(str, record["adopted"])) for record in records)
        return Adopted(division.scores(records), names)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{files[0].parent} has a record that lacks or garbles a field ({error!r}); {_REMEDY}"
        ) from error
