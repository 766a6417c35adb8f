"""What the exported settings say of the confirmation's tasks, each asked of models without it."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from arcsweep.classifier.held_out import HeldOut
from arcsweep.config import Config
from arcsweep.errors import InputError
from arcsweep.export.runs import ConfirmedRun
from arcsweep.labels.json_file import read_json_object
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.paths import Paths
from arcsweep.split.folds import Folds, load_folds
from arcsweep.split.split import Split

logger = logging.getLogger(__name__)


def fold_held_out(
    config: Config, paths: Paths, runs: Sequence[ConfirmedRun], split: Split
) -> HeldOut | None:
    """Mean probabilities of the fold runs of all configurations among ``runs``.

    Each judged task was asked as a user's task is, by its first pairs, of models that were trained
    without it. None unless every configuration was confirmed on every fold: of some of them only,
    it would not be the exported ensemble that is described.
    """
    if not config.confirmation.n_folds or not paths.folds.exists():
        return None
    folds = load_folds(paths.folds)
    hashes = [folds.fold(number, split).content_hash for number in range(len(folds))]
    configurations = {(str(r.facts["group"]), int(r.facts["rank"])): r.facts for r in runs}
    sums: dict[str, NDArray[np.float64]] = {}
    for (group, rank), facts in sorted(configurations.items()):
        for number, fold_hash in enumerate(hashes):
            path = paths.confirmation_record(group, rank, number)
            record = read_json_object(path, "run `arcsweep confirmation`") if path.exists() else {}
            current = record.get("fold_hash") == fold_hash
            if not current or record.get("empty") or record.get("trial") != facts["trial"]:
                logger.info("%s rank %d was not confirmed on fold %d", group, rank, number)
                return None
            try:
                _add(sums, record["shown_logits"])
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise InputError(
                    f"{path} lacks or garbles a field ({error!r}); run `arcsweep confirmation` for "
                    "this slot again"
                ) from error
    return _held_out(sums, len(configurations), folds, split)


def _add(sums: dict[str, NDArray[np.float64]], logits: Mapping[str, Any]) -> None:
    for task, row in logits.items():
        probabilities = softmax(np.array(row, np.float64))
        sums[task] = sums.get(task, 0) + probabilities


def _held_out(
    sums: Mapping[str, NDArray[np.float64]], n_configurations: int, folds: Folds, split: Split
) -> HeldOut:
    judged = folds.judged(split)
    n_models = n_configurations * len(folds.repeats)
    return HeldOut(
        "confirmation-folds",
        tuple(judged),
        np.array([CATEGORIES.index(category) for category in judged.values()], np.int64),
        np.array([sums[task] / n_models for task in judged]),
    )
