"""Text that a shell would run is refused or handed on as text."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from arcsweep.config.load import validate
from arcsweep.errors import ConfigError
from arcsweep.plan import Plan
from arcsweep.workers.slurm_array import array_name
from arcsweep.workers.submission import worker_command

ROOT = Path(__file__).resolve().parents[1]
SEED = yaml.safe_load((ROOT / "config.yaml").read_text())
TRAPS = [
    "x; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "x' && touch pwned && '",
    'x" && touch pwned && "',
    "x | touch pwned",
    "x\ntouch pwned",
    "-rf",
    "--help",
    "../pwned",
    "x{rule}",
]


@pytest.mark.parametrize("trap", TRAPS)
def test_names_that_a_shell_would_read_are_refused(trap: str) -> None:
    as_study = {**SEED, "study": {**SEED["study"], "name": trap}}
    with pytest.raises(ConfigError, match=r"study\.name"):
        validate(as_study, "x.yaml")
    space = {**SEED["study"]["space"], "own": {"type": "categorical", "choices": [trap, "b"]}}
    study = {**SEED["study"], "space": space, "objective": "toy:build"}
    as_group = {**SEED, "study": study, "selection": {"by": "own"}}
    with pytest.raises(ConfigError, match=r"study\.space\.own\.choices"):
        validate(as_group, "x.yaml")


@pytest.mark.parametrize("trap", TRAPS)
def test_a_worker_job_runs_its_command_and_nothing_else(tmp_path: Path, trap: str) -> None:
    """The job script's text, run by a real shell in a folder of that name."""
    folder = tmp_path / trap.replace("/", "_")
    folder.mkdir()
    shown = "import sys; print(sys.argv[1:])"
    command = worker_command([str(folder / "config.yaml")])
    command = command.replace("-m arcsweep", f"-c '{shown}'")
    environment = {**os.environ, "SLURM_ARRAY_TASK_ID": "3"}
    done = subprocess.run(
        ["sh", "-c", f"exec {command}\n"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = ["worker", "--task", "3", "--config", str(folder / "config.yaml")]
    assert done.stdout == f"{expected}\n"
    assert not list(tmp_path.rglob("pwned"))
    assert array_name("study", folder).replace("-", "").replace("_", "").isalnum()


FOLDERS = ["with space", "it's", 'a"b', "$(touch pwned)", "`touch pwned`", "a;touch pwned", "a&b"]
ALL_IN_ONE = "a b'c\"d $(touch pwned) `touch pwned`; touch pwned & touch pwned | e"


@pytest.mark.slow
def test_rules_run_in_folders_and_with_data_of_any_name(tmp_path: Path) -> None:
    """Each name is refused before any job or used as it stands; nothing else ever runs."""
    shutil.copy(ROOT / "config.yaml", tmp_path)
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    task = '{"train": [{"input": [[1]], "output": [[2]]}], "test": []}'
    for number, folder in enumerate([ALL_IN_ONE, "-x"]):
        data = tmp_path / "mine" / folder
        data.mkdir(parents=True)
        (data / "007bbfb7.json").write_text(task.replace("[[1]]", f"[[{number}]]"))
        centroids = f"outputs/visual_classifier/{number}/c.npy"
        overlay = {
            "tasks": {"source": "files", "data_dir": f"mine/{folder}"},
            "training": {"n_demos": 1},
            "split": {"centroids": centroids},
        }
        (tmp_path / "trap.yaml").write_text(yaml.safe_dump(overlay))
        manifest = Path(centroids).with_name("manifest.json")
        command = [str(Path(sys.executable).with_name("snakemake")), "--profile", "profiles/local"]
        command += ["--configfile", "trap.yaml", "--cores", "1", str(manifest)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        assert (tmp_path / manifest).exists()
        assert not list(tmp_path.rglob("pwned")), folder


def test_the_prefix_of_every_rule_survives_a_folder_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in [*FOLDERS, ALL_IN_ONE]:
        bin_folder = tmp_path / folder / "bin"
        bin_folder.mkdir(parents=True)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "executable", str(bin_folder / "python"))
        prefix = Plan.of(SEED, []).shell_prefix()
        command = ["bash", "-c", f'{prefix} printf %s "$PATH"']
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.endswith(f":{bin_folder}")
        assert not list(tmp_path.rglob("pwned")), folder
