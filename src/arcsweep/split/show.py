"""A split as a person reads it in the terminal."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from arcsweep.labels.taxonomy import CATEGORIES, CATEGORY_NAMES
from arcsweep.split.split import Split


def counts_table(split: Split) -> None:
    """Print how many tasks of each category train and validate."""
    table = Table(title=f"{len(split.train)} training and {len(split.validation)} validation tasks")
    for heading in ("Category", "Name"):
        table.add_column(heading)
    for heading in ("Training", "Validation"):
        table.add_column(heading, justify="right")
    train, validation = Counter(split.train.values()), Counter(split.validation.values())
    for category in CATEGORIES:
        note = "only trains" if category in split.train_only_categories else ""
        n_validation = note or str(validation[category])
        table.add_row(category, CATEGORY_NAMES[category], str(train[category]), n_validation)
    Console().print(table)
