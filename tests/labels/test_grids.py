"""Claims about the way from an expression to its grids."""

import ast

import pytest

from arcsweep.labels.grids import grid_names, grid_operations, is_name_swap


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fill(go, 1, cells)", {"go"}),
        ("hconcat(left, vconcat(top, bottom))", {"left", "top", "bottom"}),
        ("subgrid(cells, gi)", {"gi"}),
        ("tuple(row for row in gi)", {"gi"}),
        ("rotate(gi)", {"gi"}),
        ("gi + more", {"gi", "more"}),
        ("a if flag else b", {"a", "b"}),
        ("canvas(0, size_of)", set()),
        ("asobject(gi)", set()),
    ],
)
def test_grid_names_are_those_of_changed_copies(text: str, expected: set[str]) -> None:
    assert grid_names(expression(text), {"gi", "go", "rotate"}) == expected


def test_operations_come_outermost_first() -> None:
    assert grid_operations(expression("rot90(crop(rot270(gi), a, b))"), set()) == [
        "rot90",
        "crop",
        "rot270",
    ]


@pytest.mark.parametrize(("text", "expected"), [("a, b = b, a", True), ("a, b = a, b", False)])
def test_only_a_true_exchange_is_a_swap(text: str, expected: bool) -> None:
    statement = ast.parse(text).body[0]
    assert isinstance(statement, ast.Assign)
    assert is_name_swap(statement) is expected
