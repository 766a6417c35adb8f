"""Whether this cluster takes what the profile asks for, asked before anything is queued.

The Slurm plugin reports a refused submission as a failed job without Slurm's own words.
"""

import re
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from arcsweep.errors import ArcsweepError
from arcsweep.workers.slurm_array import COMMAND_TIMEOUT_S

_REFUSED = re.compile(r"[^\n]*\b(?:partition|account|qos)\b[^\n]*", re.IGNORECASE)
_OLD = re.compile(r"(?:unrecognized|invalid|unknown) option", re.IGNORECASE)

Asked = tuple[str, str]


def asked_of_slurm(resources: Iterable[Mapping[str, Any]]) -> list[Asked]:
    """Each (partition, account) that jobs with these Snakemake resources ask for, once."""
    keys = ("slurm_partition", "slurm_account")
    pairs = {tuple(str(job.get(key) or "") for key in keys) for job in resources}
    return sorted((partition, account) for partition, account in pairs)


def check_site(asked: Iterable[Asked]) -> None:
    """Raise ArcsweepError when Slurm knows a partition or account not, or is too old.

    Whatever else keeps Slurm from answering passes: the stages wait for that.
    """
    for partition, account in asked:
        options = [f"--partition={partition}"] if partition else []
        options += [f"--account={account}"] if account else []
        words = _tried(["sbatch", "--test-only", "--wrap=true", *options])
        if words and (refused := _REFUSED.search(words)):
            raise ArcsweepError(
                f"Slurm refuses slurm_partition {partition or 'unset'!r} with slurm_account"
                f" {account or 'unset'!r}: {refused[0].strip()};{_choices()} correct them under"
                " default-resources in the profile"
            )


def refuse_old_slurm(words: str) -> None:
    """Raise ArcsweepError when ``words``, of a squeue that failed, are of one too old for us."""
    if _OLD.search(words):
        raise ArcsweepError(
            f"this Slurm ({_version()}) is too old, its squeue says: {' '.join(words.split())};"
            " load a newer one (22.05 is tested), or use profiles/local"
        )


def _tried(command: list[str]) -> str:
    """What a command says when it fails; nothing when it succeeds or does not answer."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stderr if done.returncode != 0 else ""


def _choices() -> str:
    """The partitions that there are and the user's accounts, in words, as far as Slurm tells."""
    accounts = ["sacctmgr", "--noheader", "--parsable2", "show", "associations"]
    asked = {
        "partitions here": ["sinfo", "--noheader", "--format=%R"],
        "your accounts": [*accounts, f"user={_answer(['id', '-un']).strip()}", "format=account"],
    }
    answers = {what: dict.fromkeys(_answer(command).split()) for what, command in asked.items()}
    return "".join(f" {what}: {', '.join(names)};" for what, names in answers.items() if names)


def _version() -> str:
    return _answer(["sbatch", "--version"]).strip() or "of unknown version"


def _answer(command: list[str]) -> str:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
