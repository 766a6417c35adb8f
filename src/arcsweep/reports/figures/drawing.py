"""A drawing as a list of marks, whatever it is written as."""

from collections.abc import Iterator
from dataclasses import dataclass

from arcsweep.labels.taxonomy import CATEGORIES

CATEGORY_COLOURS = dict(
    zip(
        CATEGORIES,
        ("#332288", "#4aa3d6", "#2f9484", "#117733", "#85852b", "#b3962e", "#cc6677", "#882255",
         "#aa4499"),
        strict=True,
    )
)  # fmt: skip
"""After Paul Tol's "muted" scheme for the colour-blind (SRON technical note EPS/TN/09-002, 2021),
the light ones darkened for white paper. No figure relies on them alone: the codes stand beside."""

PALETTE = {
    "paper": "#ffffff", "ink": "#1b1e24", "soft": "#545b68", "line": "#d5d9e0", "grid": "#e6e9ee",
    "faint": "#b9bfca", "neutral": "#545b68", "g0": "#0072b2", "g1": "#c14a00", "g2": "#00795a",
    "g3": "#9a3b7c",
    **{f"c-{code}": colour for code, colour in CATEGORY_COLOURS.items()},
}  # fmt: skip
"""Colours by the name that style.css gives them; these are its light ones."""


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Polyline:
    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 2.0


@dataclass(frozen=True)
class Mark:
    """A symbol around (x, y). shape: circle, square, diamond or cross. filled: else hollow.
    text: shown where the reader points at it."""

    x: float
    y: float
    shape: str
    colour: str
    radius: float = 4.0
    filled: bool = True
    edge: str = ""
    text: str = ""


@dataclass(frozen=True)
class Box:
    """A filled rectangle; colour: a name of the palette, or "#rrggbb" for what never changes."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Text:
    """anchor: start, middle or end. halo: on paper of its own, for text among marks."""

    x: float
    y: float
    text: str
    colour: str = "soft"
    size: float = 12.0
    anchor: str = "start"
    bold: bool = False
    halo: bool = False


Shape = Line | Polyline | Mark | Box | Text


@dataclass(frozen=True)
class Drawing:
    """Marks in the order in which they are drawn; lengths in pixels, y downwards."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def outline(mark: Mark) -> Iterator[tuple[float, float]]:
    """Corners of a square or diamond."""
    r = mark.radius
    if mark.shape == "square":
        corners = ((-r, -r), (r, -r), (r, r), (-r, r))
    else:
        corners = ((0, -1.3 * r), (1.3 * r, 0), (0, 1.3 * r), (-1.3 * r, 0))
    return ((mark.x + x, mark.y + y) for x, y in corners)


def hex_of(colour: str) -> str:
    """The colour on white paper, as "#rrggbb"."""
    return colour if colour.startswith("#") else PALETTE[colour]


def group_shape(index: int | None) -> str:
    """The shape of a group's marks, as its key on the pages has it."""
    return "circle" if index is None else ("circle", "square", "diamond", "circle")[index % 4]


def group_colour(index: int | None) -> str:
    """The colour of a group's marks, as its key on the pages has it."""
    return "neutral" if index is None else f"g{index % 4}"
