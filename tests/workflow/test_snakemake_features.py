"""What Snakemake's users expect of a workflow beside its runs: use as a module, profiles."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from conftest import ROOT

MODULE = """
configfile: "config.yaml"


module arcsweep:
    snakefile:
        "{snakefile}"
    config:
        config


use rule * from arcsweep as arcsweep_*


onstart:
    arcsweep.onstart()


rule best:
    default_target: True
    input:
        selection=rules.arcsweep_selection.output.selection,
    output:
        "best.json",
    shell:
        "cp {{input.selection}} {{output}}"
"""


def test_another_workflow_uses_this_one_as_a_module(tmp_path: Path) -> None:
    for name in ("model.py", "config.yaml"):
        shutil.copy(ROOT / "examples" / "digits" / name, tmp_path)
    (tmp_path / "Snakefile").write_text(MODULE.format(snakefile=ROOT / "workflow" / "Snakefile"))
    done = subprocess.run(
        [
            Path(sys.executable).with_name("snakemake"),
            *("--profile", ROOT / "profiles" / "local", "--cores", "2"),
            *("--config", "study={n_trials: 4}"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "NO_COLOR": "1", "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "best.json").exists()
    assert "study: digits, 4 trials" in done.stdout + done.stderr


def test_the_profiles_name_options_that_snakemake_has() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("snakemake"), "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    for profile in (ROOT / "profiles").glob("*/config.yaml"):
        options = yaml.safe_load(profile.read_text())
        unknown = [name for name in options if f"--{name}" not in done.stdout]
        assert unknown == [], profile
