"""Which code a trial ran: recorded, never compared."""

import subprocess
from functools import cache
from pathlib import Path

from arcsweep import __version__


@cache
def code_version() -> str:
    """Package version, with the git revision (and ``+changes``) where the code is a checkout."""
    root = Path(__file__).resolve().parent

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(root), *arguments],
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    tracked = git("ls-files", "--error-unmatch", __file__)
    revision = git("rev-parse", "--short=12", "HEAD") if tracked else None
    if not revision:
        return __version__
    changes = "+changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return f"{__version__}-{revision}{changes}"
