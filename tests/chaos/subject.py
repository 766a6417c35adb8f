"""The sweep under test: its folder, its database and its controlling process."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from arcsweep.config import Config
from arcsweep.config.load import load_config
from arcsweep.paths import Paths
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.location import Database, locate_embedded
from chaos import TESTS
from chaos.objectives import EPOCH_VARIABLE, LOG_VARIABLE

LEAVE_TIMEOUT_S = 90.0
TAIL_CHARACTERS = 1500


@dataclass
class Subject:
    """One study in ``folder``.

    config_files: relative to the folder, overlays last.
    command: the controlling process, as a user starts it.
    watches_database: whether that process starts the database and takes it along when it ends;
        else the database runs for as long as the harness.
    listen: address at which the compute nodes reach the database.
    """

    folder: Path
    config_files: Sequence[str]
    command: Sequence[str]
    watches_database: bool
    listen: str
    epoch_s: float
    gave_up: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.config: Config = load_config([self.folder / name for name in self.config_files])
        self.paths = Paths.of(self.config, self.folder)
        self.controller: subprocess.Popen[bytes] | None = None
        self.control = threading.Lock()
        """Held by whoever starts or ends the controlling process or the database."""

    @property
    def epoch_log(self) -> Path:
        return self.folder / f"epochs-{self.config.study.name}.log"

    @property
    def run_log(self) -> Path:
        return self.folder / f"run-{self.config.study.name}.log"

    @property
    def worker_logs(self) -> Path:
        return self.folder / "logs" / self.config.study.name / "slurm"

    @property
    def database_folder(self) -> DatabaseFolder:
        return DatabaseFolder(self.paths.database)

    @property
    def environment(self) -> dict[str, str]:
        hidden = ("ARCSWEEP_DATABASE_URL", "ARCSWEEP_CONFIG", "SLURM_", "SBATCH_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        return {
            **kept,
            "PYTHONPATH": str(TESTS),
            LOG_VARIABLE: str(self.epoch_log),
            EPOCH_VARIABLE: str(self.epoch_s),
            "ARCSWEEP_DATABASE_LISTEN": self.listen,
        }

    def database(self) -> Database:
        """Where the database is now. Raises StorageError while there is none."""
        return locate_embedded(self.database_folder)

    def arcsweep(self, *words: str, timeout_s: float = 240) -> None:
        """Run a command by hand. Raises RuntimeError with its output when it fails."""
        configs = [word for name in self.config_files for word in ("--config", name)]
        done = subprocess.run(
            [sys.executable, "-m", "arcsweep", *words, *configs],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"arcsweep {' '.join(words)}: {done.stdout}{done.stderr}")

    def start_database(self) -> None:
        """As an administrator would: for as long as the controlling process lives."""
        process = self.controller
        lives = self.watches_database and process is not None and process.poll() is None
        watched = process.pid if process is not None and lives else os.getpid()
        self.arcsweep("db", "start", "--watch", str(watched))

    def start(self) -> None:
        """Start the controlling process in a session of its own."""
        with self.run_log.open("ab") as log:
            self.controller = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def has_ended(self) -> bool:
        return self.controller is not None and self.controller.poll() is not None

    def turn(self) -> str:
        """Changes when a new controller of the worker array takes over."""
        path = self.paths.sweep_lock
        return path.read_text() if path.exists() else ""

    def end(self, how: signal.Signals) -> None:
        """SIGKILL hits the controlling process alone; SIGINT its whole group, as Ctrl-C does."""
        process = self.controller
        if process is None:
            return
        if how == signal.SIGKILL:
            process.kill()
        else:
            os.killpg(process.pid, how)
        process.wait(LEAVE_TIMEOUT_S)

    def look_after(self) -> bool:
        """Whether the sweep is complete; a controlling process that gave up is started again."""
        process = self.controller
        if process is None or process.poll() is None or not self.control.acquire(blocking=False):
            return False
        try:
            process = self.controller
            if process.poll() is None:  # another one by now
                return False
            if process.returncode == 0:
                return True
            text = self.run_log.read_text(errors="replace")[-TAIL_CHARACTERS:]
            self.gave_up.append(f"exit status {process.returncode}: {text}")
            self.start()
            return False
        finally:
            self.control.release()

    def processes(self) -> list[psutil.Process]:
        """Every process that works in the folder: controllers, workers, what they started."""
        found = []
        for process in psutil.process_iter():
            try:
                if Path(process.cwd()).is_relative_to(self.folder):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def clear(self) -> None:
        """Leave nothing behind: the controlling process, its orphans, workers, the database."""
        for process in self.processes():
            try:
                process.resume()
                process.kill()
            except psutil.NoSuchProcess:
                continue
        if self.controller is not None:
            self.controller.wait(LEAVE_TIMEOUT_S)
        if self.database_folder.root.exists():
            self.arcsweep("db", "stop")
