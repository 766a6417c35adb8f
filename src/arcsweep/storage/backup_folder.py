"""The folder of automatic backups: which there are, and which may go."""

import re
from dataclasses import dataclass
from pathlib import Path

from arcsweep.errors import InputError

_NAME = re.compile(r"(\d+)\.(.+)\.(\d+)-trials\.dump")
_UNFINISHED = ".*.tmp"
KEPT = 3
"""Backups of a study that are kept."""


@dataclass(frozen=True)
class BackupFolder:
    """Backups in ``folder`` that ``study`` asked for; each holds the whole database.

    Files carry a number that only grows: the newest is known however clocks were set.
    """

    folder: Path
    study: str

    def newest(self) -> Path | None:
        """The study's newest backup, if there is one."""
        own = self._own()
        return own[-1] if own else None

    def newest_or_refuse(self) -> Path:
        """As :meth:`newest`; raises InputError, naming what is there, when there is none."""
        found = self.newest()
        if found is None:
            others = ", ".join(str(path) for _, _, path in self._all()) or "none"
            raise InputError(
                f"{self.folder} holds no backup of study {self.study} (there: {others}); name a"
                " file that `arcsweep db backup` or a worker wrote"
            )
        return found

    def next_file(self, finished: int) -> Path:
        """Where the next backup goes, made after ``finished`` trials."""
        number = max((number for number, _, _ in self._all()), default=0) + 1
        return self.folder / f"{number:06d}.{self.study}.{finished}-trials.dump"

    def create(self) -> None:
        """Make the folder, closed to others. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def tidy(self) -> None:
        """Delete the study's older backups and what a killed worker left; one caller at a time."""
        for path in (*self._own()[:-KEPT], *self.folder.glob(_UNFINISHED)):
            path.unlink(missing_ok=True)

    def _own(self) -> list[Path]:
        return [path for _, study, path in self._all() if study == self.study]

    def _all(self) -> list[tuple[int, str, Path]]:
        """(number, study, path), oldest first."""
        if not self.folder.is_dir():
            return []
        named = ((_NAME.fullmatch(path.name), path) for path in self.folder.iterdir())
        return sorted((int(m[1]), m[2], path) for m, path in named if m is not None)
