"""The gallery: every classified task drawn as ARC grids, grouped by what was answered."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from arcsweep.atomic import write_text
from arcsweep.classifier.inputs import AskedTask
from arcsweep.classifier.model import Answer
from arcsweep.labels.taxonomy import CATEGORIES, CATEGORY_DESCRIPTIONS, CATEGORY_NAMES
from arcsweep.reports.pages import asset, page_environment, script_hash
from arcsweep.reports.words import NBSP

PAIRS_DRAWN = 3
"""Pairs of each task in the page; the rest would only make it heavy."""


def write_gallery(
    path: Path,
    tasks: Sequence[AskedTask],
    answers: Sequence[Answer],
    rule: str,
    summary: Sequence[str],
    warnings: Sequence[str],
) -> None:
    """Write the page; tasks and answers in the same order. rule: when a category is named."""
    write_text(path, render_gallery(tasks, answers, rule, summary, warnings))


def render_gallery(
    tasks: Sequence[AskedTask],
    answers: Sequence[Answer],
    rule: str,
    summary: Sequence[str],
    warnings: Sequence[str],
) -> str:
    """The page as HTML; it holds all its data and loads nothing."""
    script = asset("gallery.js")
    rows = [_row(task, answer) for task, answer in zip(tasks, answers, strict=True)]
    groups = [
        {"code": code, "name": CATEGORY_NAMES[code], "description": CATEGORY_DESCRIPTIONS[code]}
        for code in CATEGORIES
    ]
    return (
        page_environment()
        .get_template("gallery.html.j2")
        .render(
            style=Markup(asset("style.css") + asset("gallery.css")),
            script=Markup(script),
            script_hash=script_hash(script),
            data=_embedded({"groups": groups, "tasks": rows}),
            groups=groups,
            answers=answers,
            n_answered=sum(answer.category is not None for answer in answers),
            rule=_unbroken(rule),
            summary=[_unbroken(line) for line in summary],
            warnings=warnings,
            names=CATEGORY_NAMES,
        )
    )


def _row(task: AskedTask, answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.task_id,
        "source": answer.source,
        "seen": answer.seen,
        "known": answer.known,
        "pairs": answer.n_pairs,
        "category": answer.category,
        "best": answer.best,
        "p": round(answer.probability, 4),
        "second": answer.second,
        "p2": round(answer.second_probability, 4),
        "agree": answer.agreement,
        "models": answer.n_models,
        # A grid is its width and its cells' digits, row by row.
        "grids": [
            [[grid.width, "".join(map(str, grid.cells))] for grid in pair]
            for pair in task.pairs[:PAIRS_DRAWN]
        ],
    }


def _unbroken(text: str) -> str:
    """No line ends between a number and its sign."""
    return text.replace(" %", f"{NBSP}%")


def _embedded(value: Any) -> Markup:
    """JSON that can stand inside a script element: no "<" that could end it."""
    return Markup(json.dumps(value, separators=(",", ":")).replace("<", "\\u003c"))
