"""The one root exception of the project and its kinds."""

import errno


def printable(text: str, kept: str = "") -> str:
    """``text`` with escapes for what steers a terminal or has no encoding, but for ``kept``."""
    return "".join(
        mark if mark.isprintable() or mark in kept else mark.encode("unicode_escape").decode()
        for mark in text
    )


class ArcsweepError(Exception):
    """Anything a user can act on; the command line prints it as one line and exits with 1.

    A problem of several places has a line for each. What a message quotes of files and settings
    is shown with escapes.
    """

    def __str__(self) -> str:
        return printable(super().__str__(), kept="\n\t")


class ConfigError(ArcsweepError):
    """A setting breaks a rule; the text names the setting, the rule, the value and the remedy."""


class InputError(ArcsweepError):
    """An input file is missing, damaged or contradicts another one; always one line."""

    def __str__(self) -> str:
        return printable(super().__str__())


class StorageError(ArcsweepError):
    """The study's database cannot be reached, started or trusted."""


class DatabaseAwayError(StorageError):
    """No database runs at present; it may be started at any time."""


class StudyMismatchError(ArcsweepError):
    """A run would mix trials of two meanings in one study."""


_REMEDIES = {
    errno.ENOSPC: "free some space there",
    errno.EDQUOT: "free some of your quota there",
    errno.EROFS: "have it mounted for writing",
    errno.EACCES: "give this user the right to it",
    errno.EPERM: "give this user the right to it",
    errno.EIO: "have the disk looked at",
    errno.ESTALE: "have the file server looked at",
    errno.ENOTCONN: "have the file server looked at",
}


def is_file_system_fault(error: BaseException) -> bool:
    """Did the file system refuse for a reason that says nothing of the program?"""
    return isinstance(error, OSError) and error.errno in _REMEDIES


def is_disk_full(error: OSError) -> bool:
    """Is there no room, of the disk or of the user's quota? It may be made at any time."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def explained(error: OSError) -> str:
    """The path, what is wrong with it and what to do, in one line."""
    reason = (error.strerror or type(error).__name__).lower()
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    place = f"{' → '.join(names)}: {reason}" if names else reason
    remedy = _REMEDIES.get(error.errno or 0, "mend it")
    return f"{place}; {remedy} and run the same command again"
