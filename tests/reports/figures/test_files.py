"""Claims of the figures as files."""

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.arc_grid import COLOURS, LINES
from arcsweep.reports.figures.catalogue import Figure, figures
from arcsweep.reports.figures.drawing import PALETTE, Box, Mark
from arcsweep.reports.figures.files import framed, write_figures
from arcsweep.reports.figures.maps import category_map, whole_map
from arcsweep.reports.figures.pdf import pdf_file
from arcsweep.reports.figures.svg import svg_file
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import asset

from ..synthetic import SyntheticStudy

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    study = SyntheticStudy(tmp_path_factory.mktemp("study")).write()
    return analyse(load_material(study.config, study.paths))


@pytest.fixture(scope="module")
def drawn(analysis: Analysis) -> Mapping[str, Figure]:
    return figures(analysis)


def test_every_figure_of_the_pages_is_there(drawn: Mapping[str, Figure]) -> None:
    assert {"ceiling", "comparison", "search", "sensitivity-cnn", "sensitivity-context",
            "training-tasks", "grid-size", "colours", "map-group-cnn", "map-statistics",
            "accuracy-S3", "map-group-context-S3", "grid-size-S3"} <= set(drawn)  # fmt: skip


def test_an_svg_stands_alone_with_its_title_and_how_it_was_made(
    drawn: Mapping[str, Figure],
) -> None:
    for figure in drawn.values():
        text = svg_file(framed(figure, "a study"), figure.title, figure.caption)
        root = ElementTree.fromstring(text)
        assert root.findtext(f"{SVG}title") == figure.title
        assert root.findtext(f"{SVG}desc") == figure.caption and len(figure.caption) > 40
        assert not re.search(r"url\(|@import|href|var\(|http(?!://www\.w3\.org/2000/svg)", text)
        written = " ".join(e.text or "" for e in root.iter(f"{SVG}text"))
        assert "Study a study." in written


def test_a_pdf_is_one_page_with_its_fonts_inside_and_the_same_each_time(
    drawn: Mapping[str, Figure],
) -> None:
    figure = framed(drawn["ceiling"], "x")
    content = pdf_file(figure, "t", "d")
    assert content.startswith(b"%PDF") and content.count(b"/Type /Page\n") == 1
    assert b"/FontFile2" in content
    assert pdf_file(figure, "t", "d") == content


def test_the_data_beside_a_map_are_its_points(
    analysis: Analysis, drawn: Mapping[str, Figure], tmp_path: Path
) -> None:
    name = "map-group-cnn"
    write_figures(tmp_path, {name: drawn[name]}, "x")
    with (tmp_path / f"{name}.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {row["task"] for row in rows} == set(analysis.material.split.train) | set(
        analysis.material.split.validation
    )
    root = ElementTree.parse(tmp_path / f"{name}.svg").getroot()
    titles = [e.text for e in root.iter(f"{SVG}title")]
    assert len(titles) == len(rows) + 1
    assert {path.suffix for path in tmp_path.iterdir()} == {".svg", ".pdf", ".csv"}


def test_failing_tasks_are_drawn_cell_by_cell_and_named_in_the_data(
    analysis: Analysis, drawn: Mapping[str, Figure]
) -> None:
    figure, embeddings = drawn["failing-C1"], analysis.material.embeddings
    assert embeddings is not None
    task = str(figure.rows[0][0])
    before, after = embeddings.pairs[embeddings.tasks.index(task)][0]
    boxes = [shape for shape in figure.drawing.shapes if isinstance(shape, Box)]
    frames = [at for at, box in enumerate(boxes) if box.colour == LINES]
    for grid, start, end in zip((before, after), frames[:2], frames[1:3], strict=True):
        frame, cell = boxes[start], boxes[start + 1].width / grid.shape[1]
        cells = np.full(grid.shape, -1)
        for box in boxes[start + 1 : end]:
            rows, columns = (
                slice(round((at - 1) / cell), round((at - 1 + length) / cell))
                for at, length in (
                    (box.y - frame.y, box.height), (box.x - frame.x, box.width),
                )
            )  # fmt: skip
            cells[rows, columns] = COLOURS.index(box.colour)
        assert np.array_equal(cells, grid)
    result = next(result for result in analysis.categories if result.code == "C1")
    assert task == result.tasks[0].task
    ElementTree.fromstring(svg_file(figure.drawing, "t", "d"))
    assert pdf_file(figure.drawing, "t", "d").startswith(b"%PDF")


def test_training_and_validation_tasks_have_other_shapes(
    analysis: Analysis, drawn: Mapping[str, Figure]
) -> None:
    figure = drawn["map-statistics"]
    root = ElementTree.fromstring(svg_file(figure.drawing, "t", "d"))
    shapes = {e.findtext(f"{SVG}title"): e.tag for e in root if e.findtext(f"{SVG}title")}
    for text, tag in shapes.items():
        side = text.split(", ")[2].split(";")[0]
        assert tag == SVG + {"training": "circle", "validation": "polygon"}[side]


def test_every_task_lies_inside_its_map_however_flat(analysis: Analysis) -> None:
    found = analysis.material.embeddings
    assert found is not None
    for flat in (1.0, 0.3, 0.0):
        space = replace(found.spaces[0], places=found.spaces[0].places * [1.0, flat])
        for drawing in (whole_map(found, space), category_map(found, space, "C1")):
            marks = [shape for shape in drawing.shapes if isinstance(shape, Mark)]
            assert len(marks) >= len(found.tasks)
            assert all(0 < mark.x < drawing.width for mark in marks)
            assert all(0 < mark.y < drawing.height for mark in marks)


def test_files_have_the_light_colours_of_the_pages() -> None:
    light = asset("style.css").split("@media (prefers-color-scheme: dark)")[0]
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", light))
    assert {name: colours[name] for name in PALETTE} == PALETTE
    dark = asset("style.css").split("@media (prefers-color-scheme: dark)")[1].split("}")[0]
    assert PALETTE.keys() <= dict(re.findall(r"--([\w-]+): (#\w+)", dark)).keys()
