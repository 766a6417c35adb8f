"""Bringing the workers' records and the database together again; the database is the truth."""

from arcsweep.config import Config
from arcsweep.paths import Paths
from arcsweep.trials.export import read_table


def reconcile_records(config: Config) -> list[str]:
    """Remove what promises too much when the budget is open, so that Snakemake makes it again.

    Returns what was found and done, as lines for a person.
    """
    paths = Paths.of(config)
    table = read_table(config, paths)
    n_finished = int(table["state"].isin(["COMPLETE", "PRUNED"]).sum())
    n_open = config.study.n_trials - n_finished
    found = f"database: {n_finished} of {config.study.n_trials} trials finished"
    records = [paths.worker_record(index) for index in range(config.workers.count)]
    if n_open < 0:
        return [f"{found}; study.n_trials is below that: set it to {n_finished} or more"]
    if n_open == 0:
        return [f"{found}; nothing to reconcile"]
    present = [record for record in records if record.exists()]
    # The study's record too: an older database may hold another budget.
    promises = (*records, paths.sweep_record, paths.study_record)
    for file in (*promises, paths.trials_csv, paths.trials_parquet):
        file.unlink(missing_ok=True)
    return [
        found,
        f"{len(present)} worker records removed; run the same snakemake command to finish"
        f" {n_open} open trial{'' if n_open == 1 else 's'}",
    ]
