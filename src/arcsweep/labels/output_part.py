"""What a generator does for one of its grids and not for the other."""

import ast
import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from arcsweep.labels.dataflow import (
    Dataflow,
    Definition,
    grid_chain,
    input_slice,
    output_slice,
)
from arcsweep.labels.grids import grid_operations
from arcsweep.labels.program import dsl_names


@dataclass(frozen=True)
class OwnPart:
    """Statements that serve one grid alone, without those that have a twin on the other side.

    steps: those that change the grid itself, one after the other.
    others: those that make the cells, colours and places for the steps.
    """

    steps: tuple[Definition, ...]
    others: tuple[Definition, ...]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return self.steps + self.others


def own_parts(flow: Dataflow) -> tuple[OwnPart, OwnPart]:
    """The output's own part and the input's.

    Twins are statements that read the same once the names of the two grids are blanked, such
    as `gi = rotate(gi)` and `go = rotate(go)`: what is done to both makes no difference.
    """
    out, given = output_slice(flow), input_slice(flow)
    out_chain, given_chain = grid_chain(flow.output), grid_chain(flow.input)
    out_alone, given_alone = out - given, given - out
    # A step of one grid is a twin even where the other grid's statements look at it.
    out_twins = out_alone | (out_chain - given_chain)
    given_twins = given_alone | (given_chain - out_chain)
    names = {d.name for d in out_chain ^ given_chain}
    text = {d: _blanked(d.value, names) for d in out_twins | given_twins}
    return (
        _part(out_alone, {text[d] for d in given_twins}, text, out_chain),
        _part(given_alone, {text[d] for d in out_twins}, text, given_chain),
    )


def called(definitions: Iterable[Definition]) -> Counter[str]:
    """How often each DSL function, and Python's `&` and `|`, stands in ``definitions``."""
    return Counter(name for d in definitions for name in operations_in(d.value))


def operations_in(expression: ast.AST) -> Iterator[str]:
    """DSL functions and set operators in an expression."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Name) and node.id in dsl_names():
            yield node.id
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
            yield "&"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            yield "|"


def step_operations(part: OwnPart) -> Counter[str]:
    """Operations that change the grid as a whole, function variables resolved to what they hold."""
    counts: Counter[str] = Counter()
    names = {d.name for d in part.definitions}
    for step in part.steps:
        variables = {d.name for d in step.uses | step.reads}
        for name in grid_operations(step.value, variables | names):
            if name in dsl_names():
                counts[name] += 1
            else:
                counts.update(called(d for d in part.others if d.name == name))
    return counts


def _part(
    alone: set[Definition], twins: set[str], text: dict[Definition, str], chain: set[Definition]
) -> OwnPart:
    own = sorted(
        (d for d in alone if text[d] not in twins),
        key=lambda d: (d.value.lineno, d.value.col_offset, d.name),
    )
    return OwnPart(tuple(d for d in own if d in chain), tuple(d for d in own if d not in chain))


class _Blank(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("_", node.ctx) if node.id in self.names else node


def _blanked(expression: ast.expr, names: set[str]) -> str:
    return ast.unparse(_Blank(names).visit(copy.deepcopy(expression)))
