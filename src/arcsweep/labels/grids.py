"""Which variables' grids an expression is a changed copy of, and by which operations."""

import ast
from collections.abc import Collection, Iterator

from arcsweep.labels.operations import FIRST_ARGUMENT_GRID, JOIN


def grid_names(expression: ast.expr, variables: Collection[str]) -> set[str]:
    """Variables whose grids ``expression`` is a changed copy of: `go` in `fill(go, 1, cells)`.

    variables: names that hold values, so that in `f(go)` a function held in one is told apart.
    """
    path = _grid_path(expression, variables)
    return {node.id for node in path if isinstance(node, ast.Name)}


def grid_operations(expression: ast.expr, variables: Collection[str]) -> list[str]:
    """Names of the operations between those grids and the result, outermost first.

    A function held in a variable appears under the variable's name.
    """
    names = []
    for node in _grid_path(expression, variables):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names.append(node.func.id)
    return names


def is_name_swap(assignment: ast.Assign) -> bool:
    """Whether this is `a, b = b, a`."""
    match assignment:
        case ast.Assign(
            targets=[ast.Tuple(elts=[ast.Name(id=a), ast.Name(id=b)])],
            value=ast.Tuple(elts=[ast.Name(id=c), ast.Name(id=d)]),
        ):
            return (a, b) == (d, c)
    return False


def _grid_path(expression: ast.expr, variables: Collection[str]) -> Iterator[ast.expr]:
    """Calls and leaves on the way from ``expression`` to the grids it is a changed copy of."""
    match expression:
        case ast.Name():
            yield expression
        case ast.IfExp(body=body, orelse=orelse):
            yield from _grid_path(body, variables)
            yield from _grid_path(orelse, variables)
        case ast.Call(func=ast.Name(id=name), args=[first, *rest]):
            yield expression
            for argument in _grid_arguments(name, first, rest, name in variables):
                yield from _grid_path(argument, variables)
        case ast.BinOp(op=ast.Add(), left=left, right=right):  # rows of one grid below another's
            yield from _grid_path(left, variables)
            yield from _grid_path(right, variables)
        case ast.GeneratorExp(generators=[generator]) | ast.ListComp(generators=[generator]):
            yield from _grid_path(generator.iter, variables)


def _grid_arguments(
    name: str, first: ast.expr, rest: list[ast.expr], is_variable: bool
) -> list[ast.expr]:
    if name in JOIN or name == "cellwise":
        return [first, *rest]
    if name == "subgrid":
        return rest[:1]
    return [first] if name in FIRST_ARGUMENT_GRID or (is_variable and not rest) else []
