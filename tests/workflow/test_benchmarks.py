"""A smoke run of every benchmark: that each runs and what it writes, not what it finds."""

import json
import os
import subprocess
import sys
from pathlib import Path

from conftest import ROOT, Sweep


def test_every_benchmark_runs_and_is_written_down(workflow_folder: Path, tmp_path: Path) -> None:
    sweep = Sweep(workflow_folder)
    sweep.succeed("--until", "split")  # all that the benchmarks need
    done = subprocess.run(
        [
            *(sys.executable, ROOT / "benchmarks" / "bench.py", "--quick", "--results", tmp_path),
            *("--config", "config.yaml", "--config", "tiny.yaml"),
        ],
        cwd=sweep.folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    text = (tmp_path / "bench.md").read_text()
    sections = ["peak", "epochs", "imports", "checkpoints", "overhead", "server", "connections"]
    sections += ["sampler", "surrogate", "search"]
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == sections
    assert sum(line.startswith("| ") for line in text.splitlines()) == len(rows) + 2 * 10
    assert all(float(row["ratio"]) > 0 for row in rows if "ratio" in row)
    outside = next(row["outside training"] for row in rows if "outside training" in row)
    assert 0 < float(outside.removesuffix("%")) < 100
    picture = (tmp_path / "bench.svg").read_text()
    drawn = {f"<!-- {text} -->" for text in ("small CNN", "random search", "the seed's settings")}
    assert {text for text in drawn if text in picture} == drawn
