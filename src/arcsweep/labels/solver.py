"""What a verifier does to make the output grid of an input grid.

A verifier is straight-line code in RE-ARC's language, read here backwards from its result.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from arcsweep.labels.grids import grid_operations
from arcsweep.labels.operations import JOIN, ORIENT, WHERE
from arcsweep.labels.program import dsl_names

_CHOOSING: dict[str, frozenset[int]] = {
    name: frozenset(positions)
    for names, positions in (
        ("sfilter mfilter extract argmax argmin order fill underfill ofcolor", (1,)),
        ("colorfilter sizefilter", (1,)),
        ("branch recolor remove shape size height width palette numcolors", (0,)),
        ("color mostcolor leastcolor flip hline vline", (0,)),
        ("replace switch", (1, 2)),
        (
            "valmax valmin canvas matcher colorcount equality greater contained either both other",
            (0, 1),
        ),
    )
    for name in names.split()
}
"""Arguments that choose or measure: conditions, keys and colours make no cells themselves."""


@dataclass(frozen=True)
class Solution:
    """The operations of a verifier.

    steps: those between the result and the grid that it starts from, outermost first; turning
        a grid into a standard orientation and back does not count.
    making: how often each operation makes part of the result, steps included; operations that
        only choose or measure are left out.
    starts_from_input: whether the steps start from the input grid rather than an empty canvas.
    lays_copies: whether one object is moved to several places (`lbind(shift, object)`).
    sorts: whether anything is sorted by a measure, not only by where it stands.
    """

    steps: tuple[str, ...]
    making: Counter[str]
    starts_from_input: bool
    lays_copies: bool
    sorts: bool


def solution(verifier: ast.FunctionDef) -> Solution:
    """Read a verifier."""
    values: dict[str, ast.expr] = {}
    result: ast.expr = ast.Name("I")
    for statement in verifier.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = value
            case ast.Return(value=ast.expr() as value):
                result = value
    steps, leaf = _steps(result, values)
    return Solution(
        tuple(_without_standard_orientation(steps)),
        Counter(_making(result, values, set())),
        leaf == "I",
        any(ast.unparse(value).startswith("lbind(shift, ") for value in values.values()),
        any(_sorts(value, values) for value in values.values()),
    )


def _sorts(value: ast.expr, values: dict[str, ast.expr]) -> bool:
    match value:
        case ast.Call(func=ast.Name(id="order"), args=[_, ast.Name(id=key)]):
            pass
        case ast.Call(func=ast.Name(id="rbind"), args=[ast.Name(id="order"), ast.Name(id=key)]):
            pass
        case _:
            return False
    measure = values.get(key, ast.Name(key))
    return not any(isinstance(n, ast.Name) and n.id in WHERE for n in ast.walk(measure))


def _steps(result: ast.expr, values: dict[str, ast.expr]) -> tuple[list[str], str]:
    """Operations on the way from ``result`` to the first grid, and that grid's variable."""
    steps: list[str] = []
    node = result
    while isinstance(node, ast.Name) and node.id in values:
        value = values[node.id]
        names = grid_operations(value, values)
        if not names or not isinstance(value, ast.Call):
            break
        steps += ["orient" if name in values else name for name in names]
        if names[0] == "canvas" or not value.args:
            return steps, ""
        node = value.args[1 if names[0] == "subgrid" else 0]
    return steps, node.id if isinstance(node, ast.Name) else ""


def _without_standard_orientation(steps: list[str]) -> list[str]:
    turns = [i for i, name in enumerate(steps) if name in ORIENT or name == "orient"]
    if len(turns) >= 2 and turns[0] == 0 and not set(steps) & JOIN:
        return [name for i, name in enumerate(steps) if i not in (turns[0], turns[-1])]
    return steps


def _making(node: ast.expr, values: dict[str, ast.expr], seen: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if node.id in values:
            if node.id not in seen:
                seen.add(node.id)
                yield from _making(values[node.id], values, seen)
        elif node.id in dsl_names():
            yield node.id
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = node.func.id
        if name in dsl_names():
            yield name
        elif name in values:
            # A function held in a variable: where it turns a grid, it only brings the grid into
            # a standard orientation.
            yield from (n for n in _making(node.func, values, seen) if n not in ORIENT)
        chosen = _choosing_arguments(name, node.args)
        for position, argument in enumerate(node.args):
            if position not in chosen:
                made = _making(argument, values, seen)
                # `branch` picks the grid or the turned grid: a standard orientation as well.
                yield from (n for n in made if name != "branch" or n not in ORIENT)


def _choosing_arguments(name: str, arguments: list[ast.expr]) -> frozenset[int]:
    """Positions of the arguments that choose, seen through `fork`, `lbind` and `rbind`."""
    inner = arguments[0].id if arguments and isinstance(arguments[0], ast.Name) else ""
    choosing = _CHOOSING.get(inner, frozenset())
    if name == "fork":
        return frozenset(position + 1 for position in choosing)
    if name == "lbind":
        return frozenset({1}) if 0 in choosing else frozenset()
    if name == "rbind":
        return frozenset({1}) if choosing - {0} else frozenset()
    return _CHOOSING.get(name, frozenset())
