"""`arcsweep status` as a command: beside a running database, after it, and without anything."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from arcsweep.paths import Paths
from arcsweep.storage.control import start, stop
from arcsweep.study.opening import prepare_study

from .studies import toy_config


def status(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "arcsweep", "status", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = toy_config().model_dump(mode="json")
    (tmp_path / "config.yaml").write_text(json.dumps(config))
    return tmp_path


def test_a_study_is_shown_from_its_start_to_after_its_database(folder: Path) -> None:
    missing = status(folder)
    assert missing.returncode == 1
    assert missing.stderr.count("\n") == 1 and "arcsweep db start" in missing.stderr

    paths = Paths.of(toy_config(), folder)
    database = start(paths, os.getpid())
    prepare_study(toy_config().study, database.url(), {}, {"toy": "1"})
    plain = status(folder, "--watch")  # no terminal: once
    assert plain.returncode == 0, plain.stderr
    assert "0 of 12 trials finished" in plain.stdout and "\x1b" not in plain.stdout
    record = json.loads(status(folder, "--json").stdout)
    assert (record["database"], record["n_not_begun"]) == (True, 12)
    assert record["time_left"] is None
    stop(paths)

    paths.trials_parquet.parent.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame({"number": range(12), "state": "COMPLETE", "value": 0.5})
    table.assign(outcome="complete").to_parquet(paths.trials_parquet)
    after = status(folder)
    assert after.returncode == 0
    assert "12 of 12 trials finished (12 complete), by its files of" in after.stdout
    assert json.loads(status(folder, "--json").stdout)["database"] is False


def test_watching_in_a_terminal_ends_with_ctrl_c_and_leaves_the_last_view(folder: Path) -> None:
    paths = Paths.of(toy_config(), folder)
    database = start(paths, os.getpid())
    prepare_study(toy_config().study, database.url(), {}, {"toy": "1"})
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "arcsweep", "status", "--watch"])
    seen = b""
    while b"Ctrl-C leaves" not in seen:
        seen += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    while True:
        try:
            block = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not block:
            break
        seen += block
    _, code = os.waitpid(pid, 0)
    stop(paths)
    assert os.waitstatus_to_exitcode(code) == 0
    assert b"0 of 12" in seen.rpartition(b"\x1b[?1049l")[2], "the last view stays on the screen"
