"""The gallery as a reader's browser gets it."""

import json
import re
from html import unescape
from typing import Any

import pytest

from arcsweep.classifier.inputs import AskedTask
from arcsweep.classifier.model import Classifier
from arcsweep.reports.gallery import PAIRS_DRAWN, render_gallery
from classifier.exports import asked, export

from .page import Page

TASKS = [asked(f"t{n}", n_pairs=1 + n, seed=n) for n in range(6)]


def rendered(tasks: list[AskedTask], warnings: tuple[str, ...] = ("Beware.",)) -> str:
    answers = Classifier(export()).classify_all(tasks, precision=0.6)
    return render_gallery(tasks, answers, "When it answers.", ["One line."], warnings)


def data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    parsed: dict[str, Any] = json.loads(found.group(1))
    return parsed


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(TASKS)


def test_every_task_is_there_with_its_first_pairs(html: str) -> None:
    tasks = data(html)["tasks"]
    assert [task["id"] for task in tasks] == [task.task_id for task in TASKS]
    assert [len(task["grids"]) for task in tasks] == [1, 2, 3, 3, 3, 3]
    assert PAIRS_DRAWN == 3
    grid = TASKS[1].pairs[0][1]
    assert tasks[1]["grids"][0][1] == [grid.width, "".join(map(str, grid.cells))]


def test_the_page_stands_alone_and_runs_only_its_own_script(html: str) -> None:
    assert "default-src 'none'" in html
    assert not re.search(r'(src|href)="(https?:)?//', html)
    assert len(re.findall(r"<script>", html)) == 1


def test_the_rule_and_the_warnings_stand_before_the_tasks(html: str) -> None:
    text = Page(html).text
    assert "When it answers." in text and "Beware." in text
    assert text.index("Beware.") < text.index("Task id")


def test_counts_of_answers_are_told(html: str) -> None:
    n_unknown = sum(task["category"] is None for task in data(html)["tasks"])
    assert f"{6 - n_unknown} answered with a category, {n_unknown} with" in unescape(html)


def test_a_hostile_name_stays_text() -> None:
    hostile = "</script><script>alert(1)</script>"
    page = rendered([asked(hostile)])
    assert hostile not in page
    assert data(page)["tasks"][0]["id"] == hostile
