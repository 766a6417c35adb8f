"""``arcsweep db`` as a person types it, on a real server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
RUN = (
    "import sys\n"
    "from arcsweep.cli.db import app\n"
    "from arcsweep.cli.logs import start_logging\n"
    "from arcsweep.errors import ArcsweepError\n"
    "start_logging(None)\n"
    "try:\n"
    "    app()\n"
    "except ArcsweepError as error:\n"
    "    sys.exit(f'error: {error}')\n"
)


def db(
    folder: Path, *arguments: str, typed: str = "", **environment: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("ARCSWEEP_DATABASE_URL", raising=False)
    (tmp_path / "config.yaml").write_bytes((REPOSITORY / "config.yaml").read_bytes())
    yield tmp_path
    db(tmp_path, "stop")


def test_the_verbs_take_a_database_from_start_to_stop(workplace: Path) -> None:
    assert "embedded, stopped" in db(workplace, "status").stdout
    started = db(workplace, "start", "--watch", str(os.getpid()))
    assert "embedded database ready at 127.0.0.1 port" in started.stderr
    url = db(workplace, "url").stdout.strip()
    passfile = workplace / "outputs" / "database" / "passfile"
    password = passfile.read_text().strip().rpartition(":")[2]
    assert url.startswith("postgresql://arcsweep@127.0.0.1:")
    assert password not in url
    status = db(workplace, "status").stdout
    assert "embedded, ready" in status and url in status

    typed = "CREATE TABLE kept AS SELECT 7 AS seven; SELECT current_user;"
    assert "arcsweep" in db(workplace, "shell", typed=typed).stdout
    assert db(workplace, "backup", "a.dump").returncode == 0
    refused = db(workplace, "restore", "a.dump")
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    assert "a.dump is restored" in db(workplace, "restore", "a.dump", "--replace").stderr

    elsewhere = db(workplace, "status", ARCSWEEP_DATABASE_URL=url)
    assert elsewhere.stdout.startswith("external: postgresql://arcsweep@127.0.0.1:")
    assert "database stopped" in db(workplace, "stop").stderr
    assert "no database was running" in db(workplace, "stop").stderr


def test_url_with_a_password_is_refused_in_one_line_without_it(workplace: Path) -> None:
    for verb in ("start", "status", "url", "shell"):
        refused = db(workplace, verb, ARCSWEEP_DATABASE_URL="postgresql://me:canary@h/d")
        assert refused.returncode == 1
        assert "must not hold a password" in refused.stderr
        assert "canary" not in refused.stdout + refused.stderr
        assert refused.stderr.count("\n") == 1


def test_starting_the_verbs_loads_nothing_heavy() -> None:
    script = (
        "import sys, arcsweep.cli.db, arcsweep.storage.control, arcsweep.storage.supervisor\n"
        "heavy = {'torch', 'optuna', 'pandas', 'numpy', 'sqlalchemy', 'snakemake'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
