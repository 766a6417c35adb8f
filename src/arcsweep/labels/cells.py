"""Which cells a generator's step lays onto a grid, and where they come from."""

import ast
from collections.abc import Iterable, Iterator

from arcsweep.labels.dataflow import Definition
from arcsweep.labels.operations import MOVE, PAINT

Source = Definition | str
"""Where cells come from: a definition, or the text of an expression."""


def painting(steps: Iterable[Definition]) -> list[Definition]:
    """Those of the steps that lay cells onto a grid."""
    return [step for step in steps if laid_cells(step) is not None]


def laid_cells(step: Definition) -> ast.expr | None:
    """The cells of a fill or paint; None for other steps."""
    match step.value:
        case ast.Call(func=ast.Name(id=name), args=[_, *_, cells]) if name in PAINT:
            return cells
    return None


def is_single_cell(step: Definition) -> bool:
    """Whether the step lays one cell, written as a set of one place."""
    cells = laid_cells(step)
    if cells is None:
        return False
    return all(_is_singleton(value) for value, _ in _held(cells, step))


def sources(step: Definition) -> set[Source]:
    """Where a step's cells come from once moving and recolouring are taken off."""
    cells = laid_cells(step)
    return set() if cells is None else set(_sources(cells, step, frozenset()))


def cells_key(step: Definition) -> tuple[str, frozenset[Definition]] | None:
    """What tells a step's cells apart: their expression and what its variables hold."""
    cells = laid_cells(step)
    if cells is None:
        return None
    names = {node.id for node in ast.walk(cells) if isinstance(node, ast.Name)}
    return ast.unparse(cells), frozenset(d for d in step.uses | step.reads if d.name in names)


def is_moved(step: Definition) -> bool:
    """Whether the step's cells were moved just before."""
    cells = laid_cells(step)
    return cells is not None and any(_called(value) in MOVE for value, _ in _held(cells, step))


def _sources(
    cells: ast.expr, where: Definition, seen: frozenset[tuple[int, Definition]]
) -> Iterator[Source]:
    for value, at in _held(cells, where):
        key = (id(value), at)
        if key in seen:
            continue  # `obj = shift(obj, …)` in a loop comes from itself
        if isinstance(value, ast.Call) and _called(value) in MOVE and value.args:
            yield from _sources(value.args[0], at, seen | {key})
        elif isinstance(value, ast.Call) and _called(value) == "recolor":
            yield from _sources(value.args[-1], at, seen | {key})
        elif isinstance(value, ast.Name):
            held = _definitions(value, at)
            yield from held
            if not held:
                yield value.id
        else:
            yield at if at is not where else ast.unparse(value)


def _held(cells: ast.expr, where: Definition) -> list[tuple[ast.expr, Definition]]:
    """What ``cells`` stands for at ``where``: a variable's values, or the expression itself."""
    if isinstance(cells, ast.Name):
        values = [(d.value, d) for d in _definitions(cells, where) if not d.is_target]
        if values:
            return values
    return [(cells, where)]


def _definitions(name: ast.Name, where: Definition) -> list[Definition]:
    return [d for d in where.uses | where.reads if d.name == name.id]


def _called(expression: ast.expr) -> str:
    match expression:
        case ast.Call(func=ast.Name(id=name)):
            return name
    return ""


def _is_singleton(expression: ast.expr) -> bool:
    match expression:
        case ast.Set(elts=[element]):
            return not isinstance(element, ast.Starred)
        case ast.Call(func=ast.Name(id="initset")):
            return True
        case ast.Call(func=ast.Name(id="recolor"), args=[_, cells]):
            return _is_singleton(cells)
    return False
