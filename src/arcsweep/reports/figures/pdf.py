"""A drawing as a PDF page of its own size, with its fonts inside."""

import io
from functools import cache
from typing import Any, assert_never

from arcsweep.reports.figures.drawing import (
    Box,
    Drawing,
    Line,
    Mark,
    Polyline,
    Text,
    hex_of,
    outline,
)

REGULAR, BOLD = "Vera", "VeraBd"
"""Bitstream Vera, which comes with reportlab and may be embedded."""

VERA_SCALE = 0.88
"""Vera is wider than the fonts that browsers have; at this size it takes their room."""


def pdf_file(drawing: Drawing, title: str, description: str) -> bytes:
    """The bytes; equal drawings give equal bytes."""
    from reportlab.pdfgen.canvas import Canvas

    _register_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(drawing.width, drawing.height), invariant=1)
    canvas.setTitle(title)
    canvas.setSubject(description)
    # Drawings count downwards, PDF counts upwards.
    for shape in drawing.shapes:
        match shape:
            case Line():
                _line(canvas, shape, drawing.height)
            case Polyline():
                _polyline(canvas, shape, drawing.height)
            case Mark():
                _mark(canvas, shape, drawing.height)
            case Box():
                canvas.setFillColor(_colour(shape.colour))
                y = drawing.height - shape.y - shape.height
                canvas.rect(shape.x, y, shape.width, shape.height, stroke=0, fill=1)
            case Text():
                _text(canvas, shape, drawing.height)
            case _:
                assert_never(shape)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


@cache
def _register_fonts() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, f"{name}.ttf"))


@cache
def _colour(name: str) -> Any:
    """Parsing a colour takes longer than drawing a mark."""
    from reportlab.lib.colors import HexColor

    return HexColor(hex_of(name))


def _colours(canvas: Any, fill: str, stroke: str, width: float) -> None:
    canvas.setFillColor(_colour(fill))
    canvas.setStrokeColor(_colour(stroke))
    canvas.setLineWidth(width)


def _line(canvas: Any, line: Line, height: float) -> None:
    _colours(canvas, line.colour, line.colour, line.width)
    canvas.setDash([4, 4] if line.dashed else [])
    canvas.line(line.x1, height - line.y1, line.x2, height - line.y2)
    canvas.setDash([])


def _polyline(canvas: Any, line: Polyline, height: float) -> None:
    _colours(canvas, line.colour, line.colour, line.width)
    path = canvas.beginPath()
    for at, (x, y) in enumerate(line.points):
        (path.lineTo if at else path.moveTo)(x, height - y)
    canvas.drawPath(path, stroke=1, fill=0)


def _mark(canvas: Any, mark: Mark, height: float) -> None:
    _colours(canvas, mark.colour, mark.edge or mark.colour, 1 if mark.filled else 1.5)
    y, r = height - mark.y, mark.radius
    if mark.shape == "circle":
        canvas.circle(mark.x, y, r, stroke=1, fill=int(mark.filled))
    elif mark.shape == "cross":
        canvas.setLineWidth(2)
        canvas.line(mark.x - r, y - r, mark.x + r, y + r)
        canvas.line(mark.x - r, y + r, mark.x + r, y - r)
    else:
        path = canvas.beginPath()
        for at, (x, corner) in enumerate(outline(mark)):
            (path.lineTo if at else path.moveTo)(x, height - corner)
        path.close()
        canvas.drawPath(path, stroke=1, fill=int(mark.filled))


def _text(canvas: Any, text: Text, height: float) -> None:
    font, size = BOLD if text.bold else REGULAR, text.size * VERA_SCALE
    width = canvas.stringWidth(text.text, font, size)
    x = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    y = height - text.y
    if text.halo:
        _colours(canvas, "paper", "paper", 0)
        canvas.rect(x - 1.5, y - 1.5, width + 3, size + 1, stroke=0, fill=1)
    canvas.setFillColor(_colour(text.colour))
    canvas.setFont(font, size)
    canvas.drawString(x, y, text.text)
