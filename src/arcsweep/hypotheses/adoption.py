"""What is adopted, decided for each fold without its tasks, and what that is worth on them."""

import logging
from collections.abc import Collection, Sequence

from arcsweep.atomic import write_json
from arcsweep.config import Config
from arcsweep.config.hypothesis_rules import groups_asked
from arcsweep.confirmation.fold_data import FoldData
from arcsweep.confirmation.fold_run import fold_settings, run_on_fold
from arcsweep.confirmation.run import check_fold, log_folder
from arcsweep.errors import ConfigError, InputError
from arcsweep.extended.slot import chosen_trial
from arcsweep.hypotheses.change import changed
from arcsweep.hypotheses.pair import Pair, load_pairs
from arcsweep.hypotheses.verdict import Verdict, compatible, verdicts
from arcsweep.paths import Paths
from arcsweep.protocol import ParamValue
from arcsweep.workers.threads import limit_threads

logger = logging.getLogger(__name__)


def run_adopted(
    config: Config, group: str, rank: int, number: int, paths: Paths | None = None
) -> None:
    """Train the base with all that the other folds' tasks adopt, and judge it on fold ``number``.

    Where nothing is adopted this is the base's own run, and where one change is, the hypothesis's:
    both are kept already. Raises ConfigError for a slot outside the config, InputError for a
    missing or damaged file.
    """
    bases = {(g, h.base) for h in config.hypotheses for g in groups_asked(h, config)}
    if (group, rank) not in bases:
        raise ConfigError(
            f"--group and --rank must be of a hypothesis's base, got {group} and {rank}"
        )
    check_fold(config, number)
    paths = paths or Paths.of(config)
    target = paths.adoption_record(group, rank, number)
    slot = {"group": group, "rank": rank, "fold": number}
    trial = chosen_trial(paths.selection, group, rank)
    if trial.number is None:
        write_json(target, {**slot, "empty": True, "outcome": "none", "reason": trial.reason})
        return
    data = FoldData.of(config, number, paths)
    pairs = load_pairs(config, paths)
    pending = dict.fromkeys(pair.hypothesis.name for pair in pairs if pair.pending)
    if pending:
        raise InputError(
            f"all hypotheses must have been run before any is adopted, {', '.join(pending)} still "
            "lacks runs; run `arcsweep hypothesis` and `arcsweep confirmation` for its folds"
        )
    adopted = adopted_without(data.fold.judged, pairs, group, rank, config.reports.confidence)
    change: dict[str, ParamValue] = {}
    for verdict in adopted:
        change |= verdict.pair.hypothesis.change
    names = [verdict.pair.hypothesis.name for verdict in adopted]
    logger.info("%s rank %d, fold %d adopts %s", group, rank, number, ", ".join(names) or "nothing")
    limit_threads(config.workers.threads)
    variant = changed(trial.params, fold_settings(config), change)
    log = log_folder(config, paths, f"adoption-{target.stem}")
    record = run_on_fold(data, variant.params, variant.settings, number, log)
    write_json(target, {**record, **slot, "trial": trial.number, "adopted": names})


def adopted_without(
    judged: Collection[str], pairs: Sequence[Pair], group: str, rank: int, confidence: float
) -> tuple[Verdict, ...]:
    """What is adopted for a fold whose tasks are ``judged``, from answers to other tasks alone."""
    found = verdicts(pairs, confidence, without=judged)
    return compatible([v for v in found if v.pair.key == (group, rank)])
