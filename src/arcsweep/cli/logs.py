"""Where a command's words go: the terminal, and the log file of its rule."""

import logging
import sys
from pathlib import Path


class _LogFile(logging.FileHandler):
    """A log file that may become full: one word about it on the terminal, then silence."""

    _told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        if not self._told:
            self._told = True
            error = sys.exc_info()[1]
            print(f"{self.baseFilename} cannot be written: {error}", file=sys.stderr)


def start_logging(file: Path | None) -> None:
    """Log to stderr, and to ``file`` as well where one is given (appended, with times)."""
    root = logging.getLogger("arcsweep")
    root.setLevel(logging.INFO)
    root.propagate = False
    root.handlers.clear()
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(logging.Formatter("%(message)s"))
    root.addHandler(terminal)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        to_file = _LogFile(file, encoding="utf-8")
        to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        root.addHandler(to_file)
