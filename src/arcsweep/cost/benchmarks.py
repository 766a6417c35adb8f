"""What stages cost where no accounting tells: Snakemake's own benchmark files."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from arcsweep.cost.table import HOUR_S, StageCost

_STAGE = re.compile(r"([a-z]+)(?:-.*)?\.benchmark\.tsv")


def costs_of_benchmarks(logs: Path) -> list[StageCost]:
    """One row a stage of the benchmark files in ``logs``: the last run of each of its jobs.

    They know seconds, CPU time and peak memory; neither what was asked for nor any queue.
    """
    stages: dict[str, list[dict[str, str]]] = {}
    for file in sorted(logs.glob("*.benchmark.tsv")):
        named = _STAGE.fullmatch(file.name)
        if named is not None:
            stages.setdefault(named[1], []).extend(_last_row(file))
    return [_cost(stage, rows) for stage, rows in stages.items() if rows]


def _cost(stage: str, rows: list[dict[str, str]]) -> StageCost:
    peaks = [peak for row in rows if (peak := _number(row.get("max_rss"))) is not None]
    times = [used for row in rows if (used := _number(row.get("cpu_time"))) is not None]
    return StageCost(
        stage=stage,
        jobs=len(rows),
        starts=len(rows),
        cpu_hours_asked=None,
        cpu_hours_used=sum(times) / HOUR_S if times else None,
        gpu_hours_asked=None,
        memory_asked_mb=None,
        memory_peak_mb=max(peaks, default=None),
        wait_median_s=None,
        wait_max_s=None,
    )


def _last_row(file: Path) -> Iterator[dict[str, str]]:
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    yield from rows[-1:]


def _number(text: str | None) -> float | None:
    """Of a figure; None for ``NA`` and ``-``, which stand for jobs too short to be sampled."""
    try:
        return float(text or "")
    except ValueError:
        return None
