"""The one root exception of the project and its kinds."""


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


class StudyMismatchError(ArcsweepError):
    """A run would mix trials of two meanings in one study."""
