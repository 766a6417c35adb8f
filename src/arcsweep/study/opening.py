"""Creating a study under the database's guards, and opening it again."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from sqlalchemy import Engine

from arcsweep.config.study import StudyConfig
from arcsweep.errors import StorageError, StudyMismatchError
from arcsweep.storage import guards
from arcsweep.storage.optuna_storage import WriterIdentity, fenced_storage
from arcsweep.study.copies import known_trials, refuse_other_source, warm_start
from arcsweep.study.fingerprint import refuse_mixture
from arcsweep.study.pruner import make_pruner
from arcsweep.study.sampler import make_sampler
from arcsweep.study.space import Space
from arcsweep.workers.code_version import code_version


@dataclass(frozen=True)
class OpenStudy:
    """A study at hand: Optuna's object and the engine below it."""

    study: optuna.Study
    engine: Engine

    @property
    def study_id(self) -> int:
        """Optuna's number of the study in this database."""
        return self.study._study_id

    def sweep(self) -> guards.Sweep:
        """Budget, fingerprint and spent trials, as the database has them now."""
        return guards.read(self.engine, self.study_id)


def prepare_study(
    config: StudyConfig,
    url: str,
    engine_kwargs: dict[str, Any],
    fingerprint: Mapping[str, str],
    backup: Path | None = None,
) -> OpenStudy:
    """Create the study, or check that it means the same, and set its budget.

    Raises StudyMismatchError for a study of another meaning, one that already has more trials than
    ``config.n_trials``, and a ``config.warm_start_from`` that cannot be or is not its source.
    ``backup`` is the study's newest backup: a study that has one is not created, but was lost
    (StorageError). Safe to repeat after a crash at any point.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = fenced_storage(url, engine_kwargs)
    guards.install(storage.engine)
    is_new = config.name not in guards.study_names(storage.engine)
    if is_new and backup is not None:
        raise StorageError(
            f"study.name {config.name!r} is not in the database although {backup} is a backup of"
            " it: bring it back with `arcsweep db restore`, or remove its backups to start anew"
        )
    source = warm_start(config, storage, fingerprint) if is_new else None
    study = optuna.create_study(
        study_name=config.name,
        storage=storage,
        direction=config.direction,
        sampler=make_sampler(config.sampler),
        pruner=make_pruner(config.pruner),
        load_if_exists=True,
    )
    sweep = guards.register(storage.engine, study._study_id, config.n_trials, fingerprint, source)
    refuse_mixture(config.name, sweep.fingerprint, fingerprint)
    refuse_other_source(config.name, sweep.warm_start_from, config.warm_start_from)
    if sweep.spent > config.n_trials:
        raise StudyMismatchError(
            f"study.n_trials must be at least {sweep.spent}, got {config.n_trials}: study"
            f" {config.name!r} already has that many trials; raise it, or name a new study"
        )
    guards.set_budget(storage.engine, study._study_id, config.n_trials)
    return OpenStudy(study, storage.engine)


def open_study(
    config: StudyConfig,
    url: str,
    engine_kwargs: dict[str, Any],
    identity: WriterIdentity | None = None,
) -> OpenStudy:
    """Open an existing study; without ``identity`` for reading only.

    Raises StorageError when there is no such study, StudyMismatchError when it learns from another
    one than ``config.warm_start_from``.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = fenced_storage(url, engine_kwargs, identity)
    guards.bring_up_to_date(storage.engine)
    try:
        study = optuna.load_study(
            study_name=config.name, storage=storage, pruner=make_pruner(config.pruner)
        )
        sweep = guards.read(storage.engine, study._study_id)
    except LookupError as error:
        raise StorageError(
            f"study.name {config.name!r} is not in the database; create it with `arcsweep study`,"
            " or bring a lost database back with `arcsweep db restore`"
        ) from error
    refuse_other_source(config.name, sweep.warm_start_from, config.warm_start_from)
    copies = guards.copies(storage.engine, study._study_id) if sweep.warm_start_from else []
    study.sampler = make_sampler(
        config.sampler, known_trials(copies, Space(config.space)), sweep.warm_start_from
    )
    return OpenStudy(study, storage.engine)


def study_record(config: StudyConfig, sweep: guards.Sweep) -> dict[str, Any]:
    """The study as JSON, for the reports."""
    return {
        "name": config.name,
        "n_trials": sweep.n_trials,
        "direction": config.direction,
        # The space stands below in full.
        "fingerprint": {**sweep.fingerprint, "space": Space(config.space).fingerprint()},
        "warm_start": {"from": sweep.warm_start_from, **sweep.warm_start}
        if sweep.warm_start_from
        else None,
        "created_at": sweep.created_at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "code_version": code_version(),
        "space": {name: p.model_dump(mode="json") for name, p in config.space.items()},
        "sampler": config.sampler.model_dump(mode="json"),
        "pruner": config.pruner.model_dump(mode="json"),
    }
