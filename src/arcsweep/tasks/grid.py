"""What a valid ARC grid is, and the compact form in which the project holds one."""

import json
from itertools import chain
from typing import Any, NamedTuple

MAX_SIDE = 30
"""Cells a side at most (Chollet 2019, arXiv:1911.01547)."""

N_COLORS = 10
"""Colours are the integers below this one."""

_COLORS = bytes(range(N_COLORS))
_DIGITS = bytes(ord("0") + color for color in _COLORS).ljust(256, b"?")


class GridError(ValueError):
    """What is wrong with a grid, in one line: the rule, then the value that breaks it."""


class Grid(NamedTuple):
    """One valid grid; ``cells`` holds one byte a cell, row by row."""

    height: int
    width: int
    cells: bytes

    @classmethod
    def of(cls, rows: object) -> "Grid":
        """The grid that ``rows`` holds: a list or tuple of rows of integers.

        Raises GridError unless there are 1 to 30 rows, all of one length from 1 to 30, of integers
        from 0 to 9 (booleans and floats are none).
        """
        # The quick way finds no words for what is wrong: 60,000 examples must not take long.
        grid = cls._quickly_of(rows) if isinstance(rows, list | tuple) else None
        if grid is None:
            raise GridError(_fault(rows))
        return grid

    @classmethod
    def _quickly_of(cls, rows: list[Any] | tuple[Any, ...]) -> "Grid | None":
        if not set(map(type, rows)) <= {list, tuple}:
            return None
        widths = set(map(len, rows))
        values = list(chain.from_iterable(rows))
        if len(widths) != 1 or set(map(type, values)) != {int}:
            return None
        try:
            cells = bytes(values)
        except ValueError:  # a value outside 0 to 255
            return None
        width = widths.pop()
        if len(rows) > MAX_SIDE or width > MAX_SIDE or cells.translate(None, _COLORS):
            return None
        return cls(len(rows), width, cells)

    def json(self) -> str:
        """The grid as JSON without spaces."""
        digits = self.cells.translate(_DIGITS).decode("ascii")
        starts = range(0, len(digits), self.width)
        return "[[" + "],[".join(",".join(digits[k : k + self.width]) for k in starts) + "]]"


def _fault(rows: object) -> str:
    """The first rule that ``rows`` breaks."""
    if not isinstance(rows, list | tuple):
        return f"a grid must be a list of rows, got {_short(rows)}"
    if not 1 <= len(rows) <= MAX_SIDE:
        return f"a grid must have 1 to {MAX_SIDE} rows, got {len(rows)}"
    for index, row in enumerate(rows):
        if not isinstance(row, list | tuple):
            return f"a row must be a list of colours, row {index} is {_short(row)}"
        if not 1 <= len(row) <= MAX_SIDE:
            return f"a row must have 1 to {MAX_SIDE} cells, row {index} has {len(row)}"
        if len(row) != len(rows[0]):
            return (
                f"rows must have equal lengths, row 0 has {len(rows[0])} cells and row {index} has "
                f"{len(row)}"
            )
        for column, color in enumerate(row):
            if type(color) is not int or not 0 <= color < N_COLORS:
                return (
                    f"a colour must be an integer from 0 to {N_COLORS - 1}, row {index}, column "
                    f"{column} is {_short(color)}"
                )
    raise AssertionError("called for a valid grid")


def _short(value: object) -> str:
    """``value`` as JSON spells it, cut to a length that fits an error's line."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError):  # no JSON, or more digits than Python prints
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= 40 else f"{text[:37]}..."
