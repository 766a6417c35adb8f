"""Claims of drawn grids."""

import re

import numpy as np

from arcsweep.reports.arc_grid import COLOURS, grid_svg
from arcsweep.reports.pages import asset


def painted(svg: str, height: int, width: int) -> np.ndarray:
    """The cells as a browser fills them: path after path, box after box."""
    cells = np.full((height, width), -1)
    for colour, path in re.findall(r'<path fill="(#\w+)" d="([^"]+)"', svg):
        for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
            rows, columns = slice(int(y), int(y) + int(h)), slice(int(x), int(x) + int(w))
            cells[rows, columns] = COLOURS.index(colour)
    return cells


def test_a_drawn_grid_has_every_cell_in_its_colour() -> None:
    rng = np.random.default_rng(0)
    for colours in (2, 10):
        for _ in range(20):
            grid = rng.integers(0, colours, rng.integers(1, 30, 2), dtype=np.uint8)
            assert np.array_equal(painted(grid_svg(grid, "x", 100), *grid.shape), grid)


def test_a_grid_fits_its_room_and_keeps_square_cells() -> None:
    svg = grid_svg(np.zeros((5, 20), np.uint8), "x", 132)
    assert 'width="120" height="30" viewBox="0 0 20 5"' in svg


def test_a_grid_is_told_in_words_and_what_users_name_is_escaped() -> None:
    svg = grid_svg(np.array([[0, 2], [2, 2]], np.uint8), "<b>task</b>", 50)
    assert "<title>&lt;b&gt;task&lt;/b&gt;: 2 rows, 2 columns; black, red</title>" in svg
    assert 'role="img"' in svg


def test_the_colours_are_those_of_the_gallery() -> None:
    (gallery,) = re.findall(r"const COLOURS = \[(.*?)\]", asset("gallery.js"))
    assert tuple(re.findall(r"#\w+", gallery)) == COLOURS
