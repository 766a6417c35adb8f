"""The one root exception of the project and its kinds."""


class ArcsweepError(Exception):
    """Anything a user can act on; the command line prints it as one line and exits with 1."""


class ConfigError(ArcsweepError):
    """A setting breaks a rule; the text names the setting, the rule, the value and the remedy."""


class InputError(ArcsweepError):
    """An input file is missing, damaged or contradicts another one."""


class StorageError(ArcsweepError):
    """The study's database cannot be reached, started or trusted."""


class StudyMismatchError(ArcsweepError):
    """A run would mix trials of two meanings in one study."""
