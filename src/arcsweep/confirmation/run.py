"""One slot of the confirmation: a selected trial on one fold."""

import logging
from pathlib import Path

from arcsweep.atomic import write_json
from arcsweep.config import Config
from arcsweep.confirmation.fold_data import FoldData
from arcsweep.confirmation.fold_run import fold_settings, run_on_fold
from arcsweep.errors import ConfigError
from arcsweep.extended.slot import chosen_trial
from arcsweep.paths import Paths
from arcsweep.workers.threads import limit_threads

logger = logging.getLogger(__name__)


def confirm_slot(
    config: Config, group: str, rank: int, number: int, paths: Paths | None = None
) -> None:
    """Fill the slot: keep a run that is there already, else train it, and write the record.

    number: of the fold, counted through all repeats; also the run's seed.
    Raises ConfigError for a rank or fold outside the config, InputError for an unknown group or a
    missing or damaged file.
    """
    top_k = config.confirmation.top_k or config.selection.top_k
    if not 1 <= rank <= top_k:
        raise ConfigError(f"--rank must be from 1 to confirmation.top_k ({top_k}), got {rank}")
    check_fold(config, number)
    paths = paths or Paths.of(config)
    target = paths.confirmation_record(group, rank, number)
    slot = {"group": group, "rank": rank, "fold": number}
    trial = chosen_trial(paths.selection, group, rank)
    if trial.number is None:
        write_json(target, {**slot, "empty": True, "outcome": "none", "reason": trial.reason})
        logger.info("%s rank %d is empty: %s", group, rank, trial.reason)
        return
    limit_threads(config.workers.threads)
    data = FoldData.of(config, number, paths)
    log = log_folder(config, paths, target.stem)
    record = run_on_fold(data, trial.params, fold_settings(config), number, log)
    write_json(target, {**record, **slot, "trial": trial.number})


def check_fold(config: Config, number: int) -> None:
    """Raise ConfigError for a fold that the confirmation does not have."""
    if not 0 <= number < config.confirmation.n_folds:
        raise ConfigError(
            "--fold must be below confirmation.folds × confirmation.repeats "
            f"({config.confirmation.n_folds}), got {number}"
        )


def log_folder(config: Config, paths: Paths, name: str) -> Path | None:
    """Where a run's TensorBoard events go; None where none are wanted."""
    return paths.tensorboard / name if config.workers.tensorboard else None
