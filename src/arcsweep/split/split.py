"""Which tasks train and which validate; a task is on one side with all its examples."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from arcsweep.atomic import write_json
from arcsweep.errors import InputError
from arcsweep.labels.content import content_hash
from arcsweep.labels.json_file import read_json_object
from arcsweep.labels.taxonomy import AMBIGUOUS, CATEGORIES

MIN_VALIDATED_TASKS = 5
"""A category with fewer labelled tasks only trains: no accuracy could be read from it."""

_REMEDY = "run `arcsweep split` again"


@dataclass(frozen=True)
class Split:
    """Disjoint tasks, each with its category, in the order of their ids.

    train_only_categories: categories with fewer than five tasks; none of them validates.
    content_hash: of the three fields above, so that equal splits are equal whatever made them.
    """

    train: dict[str, str]
    validation: dict[str, str]
    train_only_categories: tuple[str, ...]
    content_hash: str

    @classmethod
    def of(
        cls, train: Mapping[str, str], validation: Mapping[str, str], train_only: tuple[str, ...]
    ) -> "Split":
        """A split of these tasks with its hash."""
        sides = dict(sorted(train.items())), dict(sorted(validation.items()))
        return cls(*sides, train_only, content_hash([*sides, list(train_only)]))


def make_split(
    categories: Mapping[str, str],
    val_ratio: float,
    seed: int,
    stratify: bool = True,
    max_tasks_per_category: int | None = None,
) -> Split:
    """Divide the labelled tasks; ambiguous ones are left out.

    categories: task id → category or "ambiguous".
    val_ratio: share of tasks that validate, 0 to 1 exclusive: of each category with ``stratify``,
        of all tasks without. Either way each category of five tasks or more has at least one task
        on both sides, and each smaller one only trains.
    max_tasks_per_category: keep at most this many tasks of each category, chosen by the seed.
    Deterministic: a task's rank is a hash of the seed and its id, so that a task more or less
    leaves the order of the others alone. Raises InputError when no task would validate.
    """
    members = _members(categories, seed, max_tasks_per_category)
    train_only = tuple(c for c in CATEGORIES if 0 < len(members[c]) < MIN_VALIDATED_TASKS)
    divisible = {c: tasks for c, tasks in members.items() if len(tasks) >= MIN_VALIDATED_TASKS}
    if not divisible:
        raise InputError(
            f"the labels must give at least one category {MIN_VALIDATED_TASKS} tasks or more, got "
            f"{ {c: len(tasks) for c, tasks in members.items() if tasks} }; label more tasks"
        )
    if stratify:
        chosen = {
            task
            for tasks in divisible.values()
            for task in tasks[: _n_validation(tasks, val_ratio)]
        }
    else:
        chosen = _unstratified(divisible, val_ratio, seed)
    labelled = {task: category for category, tasks in members.items() for task in tasks}
    return Split.of(
        {task: category for task, category in labelled.items() if task not in chosen},
        {task: category for task, category in labelled.items() if task in chosen},
        train_only,
    )


def write_split(path: Path, split: Split, val_ratio: float, seed: int) -> None:
    """Write ``split`` and the settings it was made with as JSON, atomically."""
    write_json(
        path,
        {
            "train": split.train,
            "validation": split.validation,
            "train_only_categories": list(split.train_only_categories),
            "seed": seed,
            "val_ratio": val_ratio,
            "content_hash": split.content_hash,
        },
    )


def load_split(path: Path) -> Split:
    """The split in ``path``; raises InputError when it is missing, damaged or was edited."""
    record = read_json_object(path, _REMEDY)
    train, validation = (_side(record, side, path) for side in ("train", "validation"))
    train_only = record.get("train_only_categories")
    if not isinstance(train_only, list) or not set(map(str, train_only)) <= set(CATEGORIES):
        raise InputError(f"{path}: train_only_categories must list categories; {_REMEDY}")
    split = Split.of(train, validation, tuple(train_only))
    if record.get("content_hash") != split.content_hash:
        raise InputError(
            f"{path}: content_hash does not match the tasks, so it was changed by hand"
            f" or damaged; {_REMEDY}"
        )
    return split


def _side(record: dict[str, object], side: str, path: Path) -> dict[str, str]:
    tasks = record.get(side)
    if not isinstance(tasks, dict) or not all(c in CATEGORIES for c in tasks.values()):
        raise InputError(f"{path}: {side} must map task ids to categories; {_REMEDY}")
    return tasks


def _members(
    categories: Mapping[str, str], seed: int, max_tasks: int | None
) -> dict[str, list[str]]:
    """Category → its tasks in the seed's order."""
    members: dict[str, list[str]] = {category: [] for category in CATEGORIES}
    for task, category in categories.items():
        if category != AMBIGUOUS:
            members[category].append(task)
    return {
        c: sorted(tasks, key=lambda task: _rank(task, seed))[:max_tasks]
        for c, tasks in members.items()
    }


def _rank(task: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}/{task}".encode()).digest()


def _n_validation(tasks: list[str], val_ratio: float) -> int:
    return min(max(1, round(len(tasks) * val_ratio)), len(tasks) - 1)


def _unstratified(divisible: dict[str, list[str]], val_ratio: float, seed: int) -> set[str]:
    """One task of each category, then whichever come first by rank, keeping one for training."""
    chosen = {tasks[0] for tasks in divisible.values()}
    rest = sorted(
        (task for tasks in divisible.values() for task in tasks[1:-1]),
        key=lambda task: _rank(task, seed),
    )
    n_tasks = sum(map(len, divisible.values()))
    return chosen | set(rest[: max(0, round(n_tasks * val_ratio) - len(chosen))])
