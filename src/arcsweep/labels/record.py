"""The labels of all tasks as a file: `labels.json`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeGuard

from arcsweep.atomic import write_json
from arcsweep.errors import InputError
from arcsweep.labels.content import content_hash
from arcsweep.labels.json_file import read_json_object
from arcsweep.labels.taxonomy import AMBIGUOUS, CATEGORIES

Source = Literal["derived", "file"]

_REMEDY = "run `arcsweep labels` again"


@dataclass(frozen=True)
class Labels:
    """One label for each task, in the order of their ids.

    source: "derived" from the programs or from the user's "file".
    categories: task id → category or "ambiguous".
    evidence: task id → one line saying what decided.
    content_hash: of the categories alone; a word changed in the evidence changes no label.
    """

    source: Source
    categories: dict[str, str]
    evidence: dict[str, str]
    content_hash: str

    @classmethod
    def of(
        cls, source: Source, categories: Mapping[str, str], evidence: Mapping[str, str]
    ) -> "Labels":
        """Labels with their hash."""
        ordered = dict(sorted(categories.items()))
        return cls(source, ordered, dict(sorted(evidence.items())), content_hash(ordered))

    def counts(self) -> dict[str, int]:
        """Tasks of each category and, last, of "ambiguous"."""
        counted = Counter(self.categories.values())
        return {name: counted[name] for name in (*CATEGORIES, AMBIGUOUS)}


def write_labels(path: Path, labels: Labels) -> None:
    """Write ``labels`` as JSON, atomically."""
    write_json(
        path,
        {
            "source": labels.source,
            "categories": labels.categories,
            "evidence": labels.evidence,
            "content_hash": labels.content_hash,
        },
    )


def load_labels(path: Path) -> Labels:
    """The labels in ``path``; raises InputError when it is missing, damaged or was edited."""
    record = read_json_object(path, _REMEDY)
    source, evidence = record.get("source"), record.get("evidence")
    categories = record.get("categories")
    if source not in ("derived", "file") or not _is_text_map(evidence):
        raise InputError(f"{path} must have a source and an evidence for each task; {_REMEDY}")
    if not _is_text_map(categories) or not set(categories.values()) <= {*CATEGORIES, AMBIGUOUS}:
        raise InputError(f"{path}: categories must map task ids to categories; {_REMEDY}")
    labels = Labels.of(source, categories, evidence)
    if record.get("content_hash") != labels.content_hash:
        raise InputError(f"{path}: content_hash does not match the categories; {_REMEDY}")
    return labels


def _is_text_map(value: Any) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
