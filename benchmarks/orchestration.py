"""How much time the orchestration of a workflow adds to its work.

    python benchmarks/orchestration.py STUDY -- snakemake --profile profiles/slurm …

Runs the command in the present folder, which must not hold results of the study yet, and compares
its wall time with the work on its critical path: for each stage the longest of its jobs as
Snakemake's benchmark files have it, and for the sweep the time from the first trial's start to the
last one's end. What is left is queueing, polling, and programs that start.
"""

import csv
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

CHAIN = ("tasks", "labels", "split", "study", "trials", "selection", "extended", "report")
"""Stages that wait for one another; the sweep between study and trials is measured by itself.
Confirmation runs beside the extended runs."""


def stage_s(logs: Path, stage: str) -> float:
    """Seconds of the stage's longest job."""
    files = [*logs.glob(f"{stage}.benchmark.tsv"), *logs.glob(f"{stage}-*.benchmark.tsv")]
    return max(_seconds(file) for file in files)


def sweep_s(trials: Path) -> float:
    """Seconds from the first trial's start to the last one's end."""
    table = pd.read_parquet(trials, columns=["started_at", "finished_at"]).apply(pd.to_datetime)
    return float((table["finished_at"].max() - table["started_at"].min()).total_seconds())


def main(study: str, command: list[str]) -> int:
    if Path("outputs", study).exists():
        print(f"outputs/{study} is there already; measure in a fresh folder", file=sys.stderr)
        return 1
    began = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    wall_s = time.monotonic() - began
    if code != 0:
        return code
    work = {stage: stage_s(Path("logs", study), stage) for stage in CHAIN}
    work["sweep"] = sweep_s(Path("outputs", study, "trials.parquet"))
    total_s = sum(work.values())
    for stage, seconds in work.items():
        print(f"{stage:<10} {seconds:8.1f} s")
    print(f"work on the critical path {total_s:.1f} s")
    print(f"wall time                 {wall_s:.1f} s")
    print(f"added by orchestration    {wall_s - total_s:.1f} s")
    return 0


def _seconds(file: Path) -> float:
    with file.open(newline="") as stream:
        return float(list(csv.DictReader(stream, delimiter="\t"))[-1]["s"])


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[3:]))
