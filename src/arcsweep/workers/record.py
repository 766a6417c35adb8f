"""A worker's record: the file that Snakemake sees. It proves nothing; the database does."""

import datetime
from pathlib import Path
from typing import Any

from arcsweep.atomic import write_json


def now() -> str:
    """UTC time, ISO 8601, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def write_record(path: Path, status: str, **facts: Any) -> None:
    """Write the record: when the worker starts (so that its Slurm array can check it), and again
    when it ends. ``status`` is running, covered, stopped or failed."""
    write_json(path, {"status": status, "written_at": now(), **facts})
