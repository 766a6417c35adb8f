"""What the study's files still tell when its database does not run."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from arcsweep.config import Config
from arcsweep.errors import InputError
from arcsweep.paths import Paths
from arcsweep.selection.table import read_trials


@dataclass(frozen=True)
class LastKnown:
    """at: when the newest of the files was written, UTC. is_finished: is the whole budget done.

    n_interrupted: trials with a checkpoint, to be gone on from.
    """

    at: str
    text: str
    is_finished: bool
    n_interrupted: int = 0


def last_known(config: Config, paths: Paths) -> LastKnown | None:
    """The state of the study by its files alone; None when it has left none."""
    if paths.trials_parquet.is_file():
        return _finished(config, paths)
    if not paths.study_record.is_file():
        return None
    record = json.loads(paths.study_record.read_text())
    begun = list(paths.checkpoints.glob("trial-*"))
    text = f"{record['n_trials']} trials planned; its table is not written yet"
    newest = max([paths.study_record, *begun], key=lambda path: path.stat().st_mtime)
    return LastKnown(_written_at(newest), text, False, len(begun))


def _finished(config: Config, paths: Paths) -> LastKnown | None:
    try:
        outcomes = read_trials(paths.trials_parquet)["outcome"].value_counts()
    except InputError:
        return None
    n_finished = int(outcomes.drop(labels="failed", errors="ignore").sum())
    shown = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    return LastKnown(
        _written_at(paths.trials_parquet),
        f"{n_finished} of {config.study.n_trials} trials finished ({shown})",
        n_finished >= config.study.n_trials,
    )


def _written_at(path: Path) -> str:
    moment = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return moment.strftime("%Y-%m-%d %H:%M UTC")
