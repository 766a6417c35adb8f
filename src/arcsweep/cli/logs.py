"""Where a command's words go: the terminal, and the log file of its rule."""

import logging
import sys
from pathlib import Path


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
        to_file = logging.FileHandler(file, encoding="utf-8")
        to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        root.addHandler(to_file)
