"""Figures as files: SVG, PDF, and the data as CSV."""

import csv
import io
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

from arcsweep.atomic import atomic_open, write_text
from arcsweep.reports.figures.catalogue import Cell, Figure
from arcsweep.reports.figures.drawing import Box, Drawing, Line, Mark, Polyline, Shape, Text
from arcsweep.reports.figures.pdf import pdf_file
from arcsweep.reports.figures.svg import svg_file

MARGIN = 16.0
CAPTION_LINE = 15.0
CHARACTER = 5.6
"""Mean width in pixels of a character of the caption."""

SUFFIXES = (".svg", ".pdf", ".csv")


def write_figures(folder: Path, found: Mapping[str, Figure], study: str) -> None:
    """Write every figure's three files; files of figures that are no more are removed."""
    wanted = {f"{name}{suffix}" for name in found for suffix in SUFFIXES}
    for path in folder.glob("*"):
        if path.suffix in SUFFIXES and path.name not in wanted:
            path.unlink()
    for name, figure in found.items():
        whole = framed(figure, study)
        write_text(folder / f"{name}.svg", svg_file(whole, figure.title, figure.caption))
        with atomic_open(folder / f"{name}.pdf") as stream:
            stream.write(pdf_file(whole, figure.title, figure.caption))
        write_text(folder / f"{name}.csv", table(figure.header, figure.rows))


def table(header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([tuple(header), *rows])
    return stream.getvalue()


def framed(figure: Figure, study: str) -> Drawing:
    """The drawing under its title and over its caption, so that it can stand alone."""
    drawing = figure.drawing
    width = max(drawing.width, 480.0) + 2 * MARGIN
    characters = int((width - 2 * MARGIN) / CHARACTER)
    lines = textwrap.wrap(f"{figure.caption} Study {study}.", characters, break_long_words=True)
    top = MARGIN + 30
    bottom = top + drawing.height + 22
    shapes: list[Shape] = [Text(MARGIN, MARGIN + 14, figure.title, "ink", 15, bold=True)]
    shapes += [_moved(shape, MARGIN, top) for shape in drawing.shapes]
    shapes += [
        Text(MARGIN, bottom + CAPTION_LINE * at, line, "soft", 11) for at, line in enumerate(lines)
    ]
    return Drawing(width, bottom + CAPTION_LINE * len(lines), tuple(shapes))


def _moved(shape: Shape, right: float, down: float) -> Shape:
    match shape:
        case Box():
            return Box(shape.x + right, shape.y + down, shape.width, shape.height, shape.colour)
        case Line():
            return Line(shape.x1 + right, shape.y1 + down, shape.x2 + right, shape.y2 + down,
                        shape.colour, shape.width, shape.dashed)  # fmt: skip
        case Polyline():
            points = tuple((x + right, y + down) for x, y in shape.points)
            return Polyline(points, shape.colour, shape.width)
        case Mark():
            return Mark(shape.x + right, shape.y + down, shape.shape, shape.colour, shape.radius,
                        shape.filled, shape.edge, shape.text)  # fmt: skip
        case Text():
            return Text(shape.x + right, shape.y + down, shape.text, shape.colour, shape.size,
                        shape.anchor, shape.bold, shape.halo)  # fmt: skip
