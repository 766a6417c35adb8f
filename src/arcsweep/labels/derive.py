"""Labels derived from the tasks' programs."""

from collections.abc import Collection

from arcsweep.errors import InputError
from arcsweep.labels.features import Features
from arcsweep.labels.program import program, program_ids
from arcsweep.labels.record import Labels
from arcsweep.labels.rules import label
from arcsweep.tasks.progress import progress


def derive_labels(task_ids: Collection[str]) -> Labels:
    """Label each task by the rules; all 400 take a few seconds.

    Raises InputError when a task has no program to derive a label from.
    """
    unknown = sorted(set(task_ids) - program_ids())
    if unknown:
        raise InputError(
            f"labels can only be derived for RE-ARC's own tasks, got {', '.join(unknown[:3])}"
            f"{f' and {len(unknown) - 3} more' if len(unknown) > 3 else ''}; set labels.file to a "
            "JSON object of task id → category"
        )
    found = {}
    with progress("deriving labels", len(task_ids)) as advance:
        for task in task_ids:
            found[task] = label(Features.of(program(task)))
            advance()
    return Labels.of(
        "derived",
        {task: one.category for task, one in found.items()},
        {task: one.evidence for task, one in found.items()},
    )
