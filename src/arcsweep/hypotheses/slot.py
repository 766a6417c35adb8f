"""One slot of a hypothesis: the changed trial on one fold, with the seed of its base."""

import logging

from arcsweep.atomic import write_json
from arcsweep.config import Config
from arcsweep.config.hypotheses import HypothesisConfig
from arcsweep.config.hypothesis_rules import groups_asked
from arcsweep.confirmation.fold_data import FoldData
from arcsweep.confirmation.fold_run import fold_settings, run_on_fold
from arcsweep.confirmation.run import check_fold, log_folder
from arcsweep.errors import ConfigError
from arcsweep.extended.slot import chosen_trial
from arcsweep.hypotheses.change import changed
from arcsweep.paths import Paths
from arcsweep.workers.threads import limit_threads

logger = logging.getLogger(__name__)


def run_hypothesis(
    config: Config, name: str, group: str, number: int, paths: Paths | None = None
) -> None:
    """Fill the slot: keep a run that is there already, else train it, and write the record.

    number: of the fold, counted through all repeats; also the run's seed, as in the confirmation,
        whose run of the unchanged trial on this fold is the other half of the pair.
    Raises ConfigError for a hypothesis, group or fold outside the config, InputError for a missing
    or damaged file.
    """
    hypothesis = find_hypothesis(config, name)
    if group not in groups_asked(hypothesis, config):
        asked = ", ".join(groups_asked(hypothesis, config))
        raise ConfigError(f"--group must be one that {name} is asked of ({asked}), got {group!r}")
    check_fold(config, number)
    paths = paths or Paths.of(config)
    target = paths.hypothesis_record(name, group, number)
    slot = {"hypothesis": name, "group": group, "rank": hypothesis.base, "fold": number}
    trial = chosen_trial(paths.selection, group, hypothesis.base)
    if trial.number is None:
        write_json(target, {**slot, "empty": True, "outcome": "none", "reason": trial.reason})
        logger.info("%s of %s is empty: %s", name, group, trial.reason)
        return
    limit_threads(config.workers.threads)
    variant = changed(trial.params, fold_settings(config), hypothesis.change)
    data = FoldData.of(config, number, paths)
    log = log_folder(config, paths, f"{name}-{target.stem}")
    record = run_on_fold(data, variant.params, variant.settings, number, log)
    write_json(target, {**record, **slot, "trial": trial.number, "same": variant.same})


def find_hypothesis(config: Config, name: str) -> HypothesisConfig:
    """The hypothesis called ``name``; raises ConfigError when the config has none."""
    for hypothesis in config.hypotheses:
        if hypothesis.name == name:
            return hypothesis
    names = ", ".join(h.name for h in config.hypotheses) or "none"
    raise ConfigError(f"--name must be one of the config's hypotheses ({names}), got {name!r}")
