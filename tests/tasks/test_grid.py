"""A grid is what ARC says it is, and nothing else passes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcsweep.tasks.grid import Grid, GridError


def rows_of(sides: tuple[int, int]) -> st.SearchStrategy[list[list[int]]]:
    height, width = sides
    row = st.lists(st.integers(0, 9), min_size=width, max_size=width)
    return st.lists(row, min_size=height, max_size=height)


valid_rows = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(rows_of)


@given(valid_rows)
def test_json_of_a_grid_gives_its_rows_back(rows: list[list[int]]) -> None:
    grid = Grid.of(rows)
    assert (grid.height, grid.width) == (len(rows), len(rows[0]))
    assert json.loads(grid.json()) == rows


def test_json_of_a_grid_has_no_spaces() -> None:
    assert Grid.of(((1, 2), (3, 4))).json() == "[[1,2],[3,4]]"


@pytest.mark.parametrize("side", [1, 30])
def test_smallest_and_largest_side_are_valid(side: int) -> None:
    assert Grid.of([[0] * side] * side).cells == bytes(side * side)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (None, "a grid must be a list of rows, got null"),
        ("12", 'a grid must be a list of rows, got "12"'),
        ({"0": [1]}, 'a grid must be a list of rows, got {"0": [1]}'),
        ([], "a grid must have 1 to 30 rows, got 0"),
        ([[1]] * 31, "a grid must have 1 to 30 rows, got 31"),
        ([[1], 2], "a row must be a list of colours, row 1 is 2"),
        ([[1], "2"], 'a row must be a list of colours, row 1 is "2"'),
        ([[]], "a row must have 1 to 30 cells, row 0 has 0"),
        ([[1] * 31], "a row must have 1 to 30 cells, row 0 has 31"),
        ([[1, 2], [3]], "rows must have equal lengths, row 0 has 2 cells and row 1 has 1"),
        ([[1, 10]], "a colour must be an integer from 0 to 9, row 0, column 1 is 10"),
        ([[1], [-1]], "a colour must be an integer from 0 to 9, row 1, column 0 is -1"),
        ([[True]], "a colour must be an integer from 0 to 9, row 0, column 0 is true"),
        ([[0, False]], "a colour must be an integer from 0 to 9, row 0, column 1 is false"),
        ([[1.0]], "a colour must be an integer from 0 to 9, row 0, column 0 is 1.0"),
        ([[float("nan")]], "a colour must be an integer from 0 to 9, row 0, column 0 is NaN"),
        ([["3"]], 'a colour must be an integer from 0 to 9, row 0, column 0 is "3"'),
        ([[[3]]], "a colour must be an integer from 0 to 9, row 0, column 0 is [3]"),
        ([[256]], "a colour must be an integer from 0 to 9, row 0, column 0 is 256"),
    ],
)
def test_invalid_grid_is_refused_with_its_first_fault(rows: object, fault: str) -> None:
    with pytest.raises(GridError) as caught:
        Grid.of(rows)
    assert str(caught.value) == fault


@pytest.mark.parametrize(
    "value",
    [10**5000, "x" * 1000, object(), [[1] * 1000]],
    ids=["digits", "text", "object", "list"],
)
def test_odd_values_keep_the_fault_short_and_on_one_line(value: object) -> None:
    with pytest.raises(GridError) as caught:
        Grid.of([[value]])
    assert len(str(caught.value)) < 140
    assert "\n" not in str(caught.value)
