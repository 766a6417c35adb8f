"""A password that must turn up nowhere, in a whole workflow on a server of one's own."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from arcsweep.paths import Paths
from arcsweep.storage.backup import backup
from arcsweep.storage.binaries import postgres_program
from arcsweep.storage.control import start, stop
from arcsweep.storage.databases import create_database
from arcsweep.storage.engine import connect
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.location import Database
from arcsweep.storage.password import scram_verifier

from .watch import ProcessWatch, files_with

ROOT = Path(__file__).resolve().parents[2]
CANARY = "canary-4vQ7+/nightingale"
OVERLAY = """
study: {n_trials: 3, pruner: {max_resource: 2}}
training: {epochs: 2, num_workers: 0}
split: {max_tasks_per_category: 5}
extended: {epochs: 1, seeds: [0]}
confirmation: {folds: 0}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A PostgreSQL server that the workflow takes for somebody else's; its password: CANARY."""
    root = tmp_path_factory.mktemp("server")
    paths = Paths(root, "s", root / "data", root / "c.npy")
    own = start(paths, os.getpid())
    verifier = scram_verifier(CANARY, os.urandom(16))
    with connect(own) as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE {own.user} PASSWORD %s", (verifier,))
    passfile = root / "canary-passfile"
    passfile.touch(mode=0o600)
    passfile.write_text(f"*:*:*:*:{CANARY}\n")
    given = replace(own, passfile=passfile, folder=None, options=())
    yield create_database(given, "sweeps")
    stop(paths)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canary-workflow")
    shutil.copy(ROOT / "config.yaml", folder)
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "tests" / "workflow" / "tiny.yaml", folder)
    (folder / "small.yaml").write_text(OVERLAY)
    return folder


def run(folder: Path, url: str, *command: str, log: str) -> int:
    with (folder / log).open("ab") as stream:
        return subprocess.run(
            command,
            cwd=folder,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "ARCSWEEP_DATABASE_URL": url},
            timeout=900,
            check=False,
        ).returncode


def workflow(folder: Path, url: str) -> int:
    snakemake = str(Path(sys.executable).with_name("snakemake"))
    options = ["--profile", "profiles/local", "--configfile", "tiny.yaml", "small.yaml"]
    return run(folder, url, snakemake, *options, "--printshellcmds", "--verbose", log="run.log")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_whole_workflow_shows_its_password_nowhere(folder: Path, server: Database) -> None:
    url = server.url()
    with ProcessWatch(CANARY, folder) as watch:
        assert workflow(folder, url) == 0, (folder / "run.log").read_text()[-3000:]
        provoke_tracebacks(folder, url)
    passfile = server.passfile
    assert passfile is not None
    dump = folder / "study.dump"
    backup(server, dump)
    plain = folder / "study.sql"
    with plain.open("wb") as stream:
        command = [str(postgres_program("pg_restore")), "--file=-", str(dump)]
        subprocess.run(command, stdout=stream, check=True)
    assert b"effective_params" in plain.read_bytes(), "the study's own attributes were searched"
    assert b"Traceback" in (folder / "provoked.log").read_bytes()
    assert len(list(folder.glob("outputs/tiny/reports/*.html"))) == 13
    assert files_with(CANARY, folder, passfile.parent, apart_from=(passfile,)) == []
    assert watch.hits == set()
    assert len(watch.seen) > 50 and watch.n_checkpoints > 0
    assert watch.open_checkpoints == set()


def provoke_tracebacks(folder: Path, url: str) -> None:
    """Failures with every local variable at hand: a refused and a missing database."""
    code = (
        "import faulthandler, sys, traceback\n"
        "from arcsweep.storage.engine import make_engine\n"
        "from arcsweep.storage.location import locate_external\n"
        "for change in ({}, {'dbname': 'absent'}, {'port': 1}, {'user': 'nobody'}):\n"
        "    import dataclasses\n"
        "    database = dataclasses.replace(locate_external(), **change)\n"
        "    try:\n"
        "        engine = make_engine(database)\n"
        "        engine.connect().exec_driver_sql('SELECT wrong')\n"
        "    except Exception as error:\n"
        "        text = traceback.TracebackException.from_exception(error, capture_locals=True)\n"
        "        print(''.join(text.format()))\n"
    )
    run(folder, url, sys.executable, "-c", code, log="provoked.log")
    absent = url.replace("/sweeps", "/absent")
    config = ["--config=config.yaml", "--config=tiny.yaml", "--config=small.yaml"]
    for verb in ("study", "trials"):
        assert run(
            folder, absent, sys.executable, "-m", "arcsweep", verb, *config, log="provoked.log"
        )


def test_the_search_finds_a_planted_password(tmp_path: Path) -> None:
    passfile = tmp_path / "passfile"
    passfile.write_text(CANARY)
    (tmp_path / "deep").mkdir()
    planted = tmp_path / "deep" / "planted.bin"
    planted.write_bytes(b"\x00..." + CANARY.encode() + b"\xff")
    assert files_with(CANARY, tmp_path, apart_from=(passfile,)) == [planted]
    for place in ("cmdline", "environ"):
        argument = [CANARY] if place == "cmdline" else ["x"]
        environment = {**os.environ, "X": CANARY if place == "environ" else ""}
        command = [sys.executable, "-c", "import time; time.sleep(60)", *argument]
        with (
            ProcessWatch(CANARY, tmp_path) as watch,
            subprocess.Popen(command, env=environment) as process,
        ):
            deadline = time.monotonic() + 20
            while not watch.hits and time.monotonic() < deadline:
                time.sleep(0.1)
            process.send_signal(signal.SIGKILL)
        assert any(f"{process.pid}/{place}" in hit for hit in watch.hits)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_reads_results_and_nothing_else(folder: Path, server: Database) -> None:
    """Runs after the workflow. Results are open as the umask says; what carries trust is closed."""
    assert server.passfile is not None
    for parent in (folder, *folder.parents, *server.passfile.parents):
        if parent.stat().st_uid == 0 and "pytest" in str(parent):
            parent.chmod(parent.stat().st_mode | 0o011)
    folder.chmod(folder.stat().st_mode | 0o055)  # as a folder in a home that is open
    nobody = pwd.getpwnam("nobody").pw_uid

    def readable(root: Path) -> list[str]:
        command = ["find", str(root), "-type", "f", "-readable"]
        done = subprocess.run(
            command, user=nobody, group=65534, extra_groups=[], capture_output=True, text=True
        )
        return done.stdout.splitlines()

    database = DatabaseFolder(server.passfile.parent / "outputs" / "database").root
    assert readable(database) == []
    assert str(server.passfile) not in readable(server.passfile.parent)
    seen = readable(folder)
    assert any(name.endswith("reports/index.html") for name in seen), "the folder could be entered"
    assert not [name for name in seen if name.endswith((".ckpt", ".dump")) or "passfile" in name]
