"""Labels as a person reads them in the terminal."""

from rich.console import Console
from rich.table import Table

from arcsweep.errors import InputError
from arcsweep.labels.record import Labels
from arcsweep.labels.taxonomy import AMBIGUOUS, CATEGORY_DESCRIPTIONS, CATEGORY_NAMES


def counts_table(labels: Labels) -> None:
    """Print the number of tasks of each category."""
    table = Table(title=f"{len(labels.categories)} tasks, labels {_origin(labels)}")
    table.add_column("Category")
    table.add_column("Name")
    table.add_column("Tasks", justify="right")
    table.add_column("The output's operation")
    for category, count in labels.counts().items():
        if category == AMBIGUOUS:
            table.add_section()
            table.add_row("–", "Ambiguous", str(count), "No clear answer; left out.")
        else:
            name, text = CATEGORY_NAMES[category], CATEGORY_DESCRIPTIONS[category]
            table.add_row(category, name, str(count), text)
    Console().print(table)


def evidence_lines(labels: Labels, task_id: str) -> str:
    """Label and evidence of a task; raises InputError when there is no such task."""
    category = labels.categories.get(task_id)
    if category is None:
        raise InputError(
            f"--show must name a task of the data, got {task_id!r}; the file names in "
            "tasks.data_dir are the task ids"
        )
    name = CATEGORY_NAMES.get(category, "left out")
    return f"{task_id}: {category} ({name})\n{labels.evidence.get(task_id, 'no evidence kept')}"


def _origin(labels: Labels) -> str:
    return "from your file" if labels.source == "file" else "derived from the programs"
