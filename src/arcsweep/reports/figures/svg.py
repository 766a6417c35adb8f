"""A drawing as SVG: part of a page, which gives the colours, or a file that stands alone."""

from html import escape
from typing import assert_never

from markupsafe import Markup

from arcsweep.reports.figures.drawing import (
    PALETTE,
    Box,
    Drawing,
    Line,
    Mark,
    Polyline,
    Shape,
    Text,
    hex_of,
    outline,
)

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def inline_svg(drawing: Drawing, name: str) -> Markup:
    """For a page: its colours are the page's, light or dark. name: what a listener is told."""
    return Markup(
        f'<svg class="drawn" role="img" viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
        f' aria-label="{escape(name)}">{_body(drawing, standalone=False)}</svg>'
    )


def svg_file(drawing: Drawing, title: str, description: str) -> str:
    """A whole file, on white paper whoever shows it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}"'
        f' height="{drawing.height:g}" viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
        f' role="img" font-family="{FONT}">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
        f'<rect width="100%" height="100%" fill="{PALETTE["paper"]}"/>\n'
        f"{_body(drawing, standalone=True)}\n</svg>\n"
    )


def _body(drawing: Drawing, standalone: bool) -> str:
    return "\n".join(_shape(shape, standalone) for shape in drawing.shapes)


def _shape(shape: Shape, standalone: bool) -> str:
    def colour(name: str) -> str:
        return hex_of(name) if standalone or name.startswith("#") else f"var(--{name})"

    match shape:
        case Line():
            dash = ' stroke-dasharray="4 4"' if shape.dashed else ""
            return (
                f'<line x1="{_n(shape.x1)}" y1="{_n(shape.y1)}" x2="{_n(shape.x2)}"'
                f' y2="{_n(shape.y2)}" stroke="{colour(shape.colour)}"'
                f' stroke-width="{shape.width:g}"{dash}/>'
            )
        case Polyline():
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
            return (
                f'<polyline points="{points}" fill="none" stroke="{colour(shape.colour)}"'
                f' stroke-width="{shape.width:g}"/>'
            )
        case Mark():
            return _mark(shape, colour(shape.colour), colour(shape.edge or shape.colour))
        case Box():
            return (
                f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}"'
                f' height="{_n(shape.height)}" fill="{colour(shape.colour)}"'
                ' shape-rendering="crispEdges"/>'
            )
        case Text():
            weight = ' font-weight="bold"' if shape.bold else ""
            halo = (
                f' stroke="{colour("paper")}" stroke-width="3" paint-order="stroke"'
                if shape.halo
                else ""
            )
            return (
                f'<text x="{_n(shape.x)}" y="{_n(shape.y)}" fill="{colour(shape.colour)}"'
                f' font-size="{shape.size:g}" text-anchor="{shape.anchor}"{weight}{halo}>'
                f"{escape(shape.text)}</text>"
            )
        case _:
            assert_never(shape)


def _mark(mark: Mark, colour: str, edge: str) -> str:
    fill = colour if mark.filled else "none"
    paint = f'fill="{fill}" stroke="{edge}" stroke-width="{1 if mark.filled else 1.5:g}"'
    title = f"<title>{escape(mark.text)}</title>" if mark.text else ""
    if mark.shape == "circle":
        return (
            f'<circle cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{mark.radius:g}" {paint}>'
            f"{title}</circle>"
        )
    if mark.shape == "cross":
        x, y, r = mark.x, mark.y, mark.radius
        path = f"M{_n(x - r)} {_n(y - r)}L{_n(x + r)} {_n(y + r)}M{_n(x - r)} {_n(y + r)}"
        path += f"L{_n(x + r)} {_n(y - r)}"
        return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2">{title}</path>'
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in outline(mark))
    return f'<polygon points="{points}" {paint}>{title}</polygon>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
