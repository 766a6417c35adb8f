"""ARC grids as SVG, in ARC's own ten colours."""

from collections.abc import Iterator

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

Grid = NDArray[np.uint8]

COLOURS = ("#000000", "#0074d9", "#ff4136", "#2ecc40", "#ffdc00",
           "#aaaaaa", "#f012be", "#ff851b", "#7fdbff", "#870c25")  # fmt: skip
"""As ARC's editor draws them (github.com/fchollet/ARC-AGI, apps/css), and gallery.js too."""

COLOUR_NAMES = ("black", "blue", "red", "green", "yellow",
                "grey", "magenta", "orange", "light blue", "maroon")  # fmt: skip

LINES = "#555555"
MIN_LINED_PX = 6
"""Thinner cells would be all lines."""

MAX_CELL_PX = 14


def grid_svg(grid: Grid, name: str, room_px: int) -> Markup:
    """An inline picture of ``grid`` that fits a square of ``room_px``, crisp at any zoom.

    name: what the picture is of; size and colours are added for whoever cannot see it.
    """
    height, width = grid.shape
    cell = max(2, min(MAX_CELL_PX, room_px // max(height, width)))
    body = "".join(f'<path fill="{COLOURS[colour]}" d="{path}"/>' for colour, path in _paths(grid))
    if cell >= MIN_LINED_PX:
        across = "".join(f"M0 {row}h{width}" for row in range(1, height))
        down = "".join(f"M{column} 0v{height}" for column in range(1, width))
        body += (
            f'<path fill="none" stroke="{LINES}" stroke-width="{1 / cell:.3f}" d="{across}{down}"/>'
        )
    return Markup(
        '<svg class="arc" role="img" width="{}" height="{}" viewBox="0 0 {} {}">'
        "<title>{}</title>{}</svg>"
    ).format(width * cell, height * cell, width, height, described(grid, name), Markup(body))


def described(grid: Grid, name: str) -> str:
    """The grid in words."""
    height, width = grid.shape
    colours = ", ".join(COLOUR_NAMES[colour] for colour in np.unique(grid).tolist())
    return f"{name}: {height} rows, {width} columns; {colours}"


def boxes_of(grid: Grid) -> Iterator[tuple[int, tuple[tuple[int, int, int, int], ...]]]:
    """Each colour with boxes (x, y, width, height) in cells that draw it, in drawing order: the
    commonest colour comes first and whole."""
    height, width = grid.shape
    background = int(np.bincount(grid.ravel()).argmax())
    yield background, ((0, 0, width, height),)
    for colour in np.unique(grid).tolist():
        if colour != background:
            yield colour, tuple(_boxes(grid == colour))


def _paths(grid: Grid) -> Iterator[tuple[int, str]]:
    for colour, boxes in boxes_of(grid):
        yield colour, "".join(f"M{x} {y}h{w}v{h}h-{w}z" for x, y, w, h in boxes)


def _boxes(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int]]:
    """(x, y, width, height) of rectangles that cover ``mask``: runs, as far down as they go."""
    left = mask.copy()
    for y, row in enumerate(mask):
        for x in range(len(row)):
            if not left[y, x]:
                continue
            end = x + 1
            while end < len(row) and left[y, end]:
                end += 1
            bottom = y + 1
            while bottom < len(mask) and left[bottom, x:end].all():
                bottom += 1
            left[y:bottom, x:end] = False
            yield x, y, end - x, bottom - y
