"""Labels that the user gives in a file of their own."""

from collections.abc import Collection
from pathlib import Path

from arcsweep.errors import InputError
from arcsweep.labels.json_file import read_json_object
from arcsweep.labels.record import Labels
from arcsweep.labels.taxonomy import AMBIGUOUS, CATEGORIES

_REMEDY = "mend labels.file, or set it to null to derive the labels"


def labels_from_file(path: Path, task_ids: Collection[str]) -> Labels:
    """Labels of ``task_ids`` from a JSON object of task id → category (or "ambiguous").

    A task that the file does not name is ambiguous, which leaves it out. Raises InputError when
    the file is missing, no JSON object, empty, or names a category or a task that there is not.
    """
    given = read_json_object(path, _REMEDY)
    if not given:
        raise InputError(f"{path} must label at least one task, got an empty object; {_REMEDY}")
    allowed = (*CATEGORIES, AMBIGUOUS)
    wrong = sorted(task for task, category in given.items() if category not in allowed)
    if wrong:
        raise InputError(
            f"{path}: a category must be one of {', '.join(allowed)}, "
            f"got {given[wrong[0]]!r:.60} for "
            f"{wrong[0]!r}{_and_more(wrong, 1)}; {_REMEDY}"
        )
    unknown = sorted(set(given) - set(task_ids))
    if unknown:
        raise InputError(
            f"{path}: every labelled task must be in the data, got {', '.join(unknown[:3])}"
            f"{_and_more(unknown, 3)}; {_REMEDY}"
        )
    return Labels.of(
        "file",
        {task: given.get(task, AMBIGUOUS) for task in task_ids},
        {task: f"{'given' if task in given else 'not named'} in {path.name}" for task in task_ids},
    )


def _and_more(names: list[str], shown: int) -> str:
    return f" and {len(names) - shown} more" if len(names) > shown else ""
