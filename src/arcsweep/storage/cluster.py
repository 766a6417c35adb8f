"""The server's data directory: made whole or not at all, and set up anew at every start."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arcsweep.atomic import write_text
from arcsweep.errors import StorageError
from arcsweep.storage.account import ServerAccount
from arcsweep.storage.binaries import MAJOR_VERSION, postgres_program
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.password import check_passfile, write_new_password
from arcsweep.storage.settings import (
    ADMIN_ROLE,
    DATABASE,
    USER,
    ServerSettings,
    access_rules,
    server_config,
)

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
"""All that the server's programs get: no PGDATA, PGOPTIONS or credential of the user's."""


@dataclass(frozen=True)
class Cluster:
    """The data directory in ``folder``, owned by ``account``.

    pulse: called about once a second while PostgreSQL's programs run; may raise to give up.
    """

    folder: DatabaseFolder
    account: ServerAccount
    pulse: Callable[[], None]

    def ensure(self) -> None:
        """Make the data directory, its role and database unless they are there.

        Takes about a second the first time. A lost passfile is replaced, with a new password.
        Raises StorageError when PostgreSQL's programs fail or the data are of another version.
        """
        folder = self.folder
        if not folder.data.exists() and folder.data_taken.exists():
            folder.data_taken.rename(folder.data)
        if not folder.data.exists():
            self._make()
        version_file = folder.data / "PG_VERSION"
        version = version_file.read_text().strip() if version_file.exists() else "unknown"
        if version != str(MAJOR_VERSION):
            raise StorageError(
                f"{folder.data} holds data of PostgreSQL {version}, this is {MAJOR_VERSION}; move "
                "the folder away and restore a backup, or install the version that wrote it"
            )
        if self.account.uid not in (None, folder.data.stat().st_uid):
            # The system user has another number than where the data were made.
            self._own_everything(folder.data)
        if not folder.passfile.exists():
            self._renew_password()
        check_passfile(folder.passfile)

    def write_settings(self, settings: ServerSettings, port: int) -> None:
        """Write the server's configuration files for its next start."""
        self._write_settings(self.folder.data, settings, port)

    def take_over(self, label: str) -> Path:
        """Leave the present data directory to whoever may still write into it; go on with a copy.

        label: part of the name under which the old directory is kept. Returns its new path.
        A crash at any point leaves either the old or the new one in place.
        """
        folder = self.folder
        kept = folder.root / f"data.{label}"
        for unfinished in (folder.data_in_making, folder.data_taken):
            if unfinished.exists():
                shutil.rmtree(unfinished)
        shutil.copytree(folder.data, folder.data_in_making, copy_function=self._copy_file)
        (folder.data_in_making / "postmaster.pid").unlink(missing_ok=True)
        self._own_everything(folder.data_in_making)
        os.sync()
        folder.data_in_making.rename(folder.data_taken)
        folder.data.rename(kept)
        folder.data_taken.rename(folder.data)
        return kept

    def _own_everything(self, data: Path) -> None:
        for path in (data, *data.rglob("*")):
            self.account.own(path, 0o700 if path.is_dir() else 0o600)

    def _copy_file(self, source: str, target: str) -> None:
        shutil.copyfile(source, target)
        self.pulse()

    def _write_settings(self, data: Path, settings: ServerSettings, port: int) -> None:
        for name, text in {
            "postgresql.conf": server_config(settings, port),
            "pg_hba.conf": access_rules(settings),
            "pg_ident.conf": "",
            # ALTER SYSTEM could otherwise change what is written above.
            "postgresql.auto.conf": "",
        }.items():
            write_text(data / name, text, mode=0o600)
            self.account.own(data / name, 0o600)

    def _make(self) -> None:
        data = self.folder.data_in_making
        if data.exists():
            shutil.rmtree(data)
        data.mkdir(mode=0o700)
        self.account.own(data, 0o700)
        # The superuser's password is never used: initdb asks for one, and nobody keeps it.
        password_file = self.folder.root / "initdb-password"
        write_text(password_file, secrets.token_urlsafe(32) + "\n", mode=0o600)
        try:
            self.account.own(password_file, 0o600)
            self._run(_initdb_command(data, password_file))
        finally:
            password_file.unlink()
        self._write_settings(data, ServerSettings(), port=5432)
        verifier = write_new_password(self.folder.passfile)
        self._run_sql(
            data,
            f"CREATE ROLE {USER} LOGIN CREATEDB PASSWORD '{verifier}'",
            # The database that initdb makes for users becomes ours; another would cost a second.
            f"ALTER DATABASE postgres OWNER TO {USER}",
            f"ALTER DATABASE postgres RENAME TO {DATABASE}",
        )
        data.rename(self.folder.data)

    def _renew_password(self) -> None:
        verifier = write_new_password(self.folder.passfile)
        self._run_sql(self.folder.data, f"ALTER ROLE {USER} PASSWORD '{verifier}'")

    def _run_sql(self, data: Path, *statements: str) -> None:
        """Run statements as the superuser without a server, so that it never needs to log in."""
        command = [str(postgres_program("postgres")), "--single", "-D", str(data)]
        script = "".join(f"{statement}\n" for statement in statements)
        self._run([*command, "-c", "exit_on_error=true", "template1"], script)

    def _run(self, command: list[str], script: str = "") -> None:
        name = Path(command[0]).name
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                cwd="/",
                env=ENVIRONMENT,
                preexec_fn=self.account.enter_as_child,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise StorageError(f"{name} cannot be run for {self.folder.root}: {error}") from error
        errors = self._finish(process, script)
        if process.returncode != 0:
            # Never the statements: one of them holds the password's verifier.
            lines = [line for line in errors.splitlines() if "SCRAM" not in line]
            raise StorageError(
                f"{name} failed in {self.folder.root} with exit status {process.returncode}: "
                f"{' '.join(lines[-3:])}; mend the cause and start again"
            )

    def _finish(self, process: "subprocess.Popen[str]", script: str) -> str:
        """Feed ``script`` to the process and wait for its end; returns what it complained of."""
        text: str | None = script
        while True:
            try:
                return process.communicate(text, timeout=1.0)[1]
            except subprocess.TimeoutExpired:
                text = None
                self.pulse()


def _initdb_command(data: Path, password_file: Path) -> list[str]:
    return [
        str(postgres_program("initdb")),
        f"--pgdata={data}",
        f"--username={ADMIN_ROLE}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--data-checksums",
        "--no-instructions",
    ]
