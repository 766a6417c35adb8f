"""`arcsweep dashboard`: loopback only, no password anywhere, nothing changed."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from arcsweep.paths import Paths
from arcsweep.storage.control import start, stop
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.study.opening import prepare_study

from .studies import toy_config


@dataclass
class Dashboard:
    process: subprocess.Popen[str]
    base: str
    line: str
    password: str


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    (tmp_path / "config.yaml").write_text(json.dumps(toy_config().model_dump(mode="json")))
    paths = Paths.of(toy_config(), tmp_path)
    database = start(paths, os.getpid())
    prepare_study(toy_config().study, database.url(), {}, {"toy": "1"})
    process = subprocess.Popen(
        [sys.executable, "-m", "arcsweep", "dashboard", "--port", "0"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"http://[\d.]+:\d+", line)
    assert found, line
    password = DatabaseFolder(paths.database).passfile.read_text().strip().rpartition(":")[2]
    yield Dashboard(process, found[0], line, password)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    stop(paths)


def test_the_dashboard_shows_the_study_to_this_machine_only(dashboard: Dashboard) -> None:
    with urllib.request.urlopen(f"{dashboard.base}/api/studies", timeout=30) as answer:
        assert [study["study_name"] for study in json.load(answer)["study_summaries"]] == ["toy"]
    process = psutil.Process(dashboard.process.pid)
    listening = [c.laddr.ip for c in process.net_connections() if c.status == "LISTEN"]
    assert listening == ["127.0.0.1"]
    assert dashboard.password not in dashboard.line + " ".join(process.cmdline())


def test_the_page_cannot_delete_the_study(dashboard: Dashboard) -> None:
    delete = urllib.request.Request(f"{dashboard.base}/api/studies/1", method="DELETE")
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(delete, timeout=30)


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(json.dumps(toy_config().model_dump(mode="json")))
    program = (
        "import sys; sys.modules['optuna_dashboard'] = None;"
        " from arcsweep.cli.app import main; sys.argv = ['arcsweep', 'dashboard']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "pip install" in done.stderr
