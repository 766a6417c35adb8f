"""A trained classifier in use: one file, loaded in one line, asked about any ARC task."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arcsweep.classifier.model import Classifier


def load(path: str | Path, device: str = "cpu") -> "Classifier":
    """The classifier in a file that `arcsweep export` wrote.

    device: cpu, cuda or auto. Raises InputError for a file that is damaged, of another kind or of
    a newer version.
    """
    # PyTorch takes seconds to import; who only wants a data set or a rule does without.
    from arcsweep.classifier.file import read_export
    from arcsweep.classifier.model import Classifier

    return Classifier(read_export(Path(path)), device)
