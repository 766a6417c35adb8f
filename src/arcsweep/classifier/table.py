"""Answers as CSV: one row a task."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from arcsweep.atomic import write_text
from arcsweep.classifier.model import Answer

COLUMNS = (
    "id",
    "source",
    "seen",
    "known_label",
    "n_pairs",
    "category",
    "probability",
    "best",
    "second_best",
    "second_probability",
    "models_agreeing",
    "models",
)

UNKNOWN = "unknown"
"""Stands for "I don't know" in the column category."""


def write_table(path: Path, answers: Sequence[Answer]) -> None:
    """Write the answers as CSV, atomically; probability is that of ``best``."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(answer) for answer in answers)
    write_text(path, stream.getvalue())


def _row(answer: Answer) -> tuple[str | int, ...]:
    return (
        answer.task_id,
        answer.source,
        answer.seen,
        answer.known or "",
        answer.n_pairs,
        answer.category or UNKNOWN,
        f"{answer.probability:.4f}",
        answer.best,
        answer.second,
        f"{answer.second_probability:.4f}",
        answer.agreement,
        answer.n_models,
    )
