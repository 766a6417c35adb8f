"""Tests on the generator: what it does for the output grid and not for the input grid.

Each returns the operations or the statement that decide, or None.
"""

import ast
from collections.abc import Callable, Collection, Iterable

from arcsweep.labels.cells import cells_key, is_moved, is_single_cell, painting, sources
from arcsweep.labels.dataflow import Definition
from arcsweep.labels.features import Features
from arcsweep.labels.grids import grid_names
from arcsweep.labels.operations import JOIN, OBJECTS, OCCURRENCE, PART, SCALE, TOPOLOGY
from arcsweep.labels.output_part import called

Evidence = Callable[[Features], str | None]


def steps_with(operations: Collection[str]) -> Evidence:
    """The output grid as a whole goes through one of ``operations``, the input does not."""
    return lambda f: named(name for name in f.out_steps if name in operations)


def drawn_with(operations: Collection[str]) -> Evidence:
    """The output's own cells are drawn with one of ``operations``."""
    return lambda f: named(name for name in f.drawing if name in operations)


def parts_compared(f: Features) -> str | None:
    """The input puts different grids side by side; the output is made of what they show."""
    if set(f.out_steps) & (JOIN | PART) or set(f.solver.steps) & JOIN:
        return None
    if set(f.solver.making) & OCCURRENCE:
        return None
    if not any(f.given_steps[name] for name in JOIN | {"merge"}):
        return None
    joins = f.given_chain - f.out_chain
    return statement(d for d in joins if _joins_different_grids(d))


def scaled_in_input(f: Features) -> str | None:
    """The input alone shows something enlarged, which the output shows small."""
    return named(name for name in called(f.given.definitions) if name in SCALE)


def repeated_until(f: Features) -> str | None:
    """A `while` loop of the output's own advances its grid, nothing in it left to chance."""
    for step in f.out.steps:
        for loop in step.loops:
            if isinstance(loop, ast.While) and not _draws_or_serves(loop, f.given_chain):
                return f"while {ast.unparse(loop.test)}"
    return None


def template_laid(f: Features) -> str | None:
    """The input alone shows single cells where the output shows a moved or ready-made pattern."""
    if any(name in TOPOLOGY for name in f.drawing):
        return None
    laid = [step for step in painting(f.out.steps) if not is_single_cell(step)]
    markers = [step for step in f.given_chain - f.out_chain if is_single_cell(step)]
    if markers and any(f.drawing[name] for name in ("shift", "asobject")):
        return statement([step for step in laid if is_moved(step)] or laid)
    return None


def covered_pattern(f: Features) -> str | None:
    """The input is the output with whole blocks laid over it."""
    return _laid_over(f) if called(f.given.definitions)["backdrop"] else None


def cells_removed(f: Features) -> str | None:
    """The input is the output with loose cells laid over it."""
    return _laid_over(f)


def replicated(f: Features) -> str | None:
    """A loop of the output's own lays moved copies."""
    return statement(
        step
        for step in painting(f.out.steps)
        if is_moved(step)
        and step.loops
        and not any(step.loops[-1] in d.loops for d in f.given_chain)
    )


def recoloured_in_place(f: Features) -> str | None:
    """The output lays the same cells as the input, in another colour."""
    laid, known = painting(f.out.steps), {cells_key(step) for step in f.given_chain}
    return statement(laid) if laid and all(cells_key(step) in known for step in laid) else None


def moved_alone(f: Features) -> str | None:
    """The output lays cells of the input at another place."""
    laid, given = painting(f.out.steps), painting(f.given.steps)
    if not any(map(is_moved, laid + given)) or not laid:
        return None
    known = set().union(*map(sources, given)) if given else set()
    return statement(laid) if all(sources(step) <= known for step in laid) else None


def objects_chosen(f: Features) -> str | None:
    """Objects are chosen and painted where they stand."""
    if painting(f.out.steps):
        return named(name for name in f.drawing if name in OBJECTS)
    return None


def named(found: Iterable[str]) -> str | None:
    """Names as evidence."""
    return ", ".join(sorted(set(found))) or None


def statement(found: Iterable[Definition]) -> str | None:
    """The first definition as evidence."""
    ordered = sorted(found, key=lambda d: (d.value.lineno, d.value.col_offset))
    return f"{ordered[0].name} = {ast.unparse(ordered[0].value)}" if ordered else None


def _laid_over(f: Features) -> str | None:
    """What the input shows beyond the output, where the output shows nothing of its own."""
    if f.out.steps or not f.given_chain & f.out_chain:
        return None
    return statement(painting(f.given.steps))


def _joins_different_grids(definition: Definition) -> bool:
    operations = called([definition])
    if operations["merge"]:  # joins grids where its list had grids added, else sets of cells
        return any(_appends(d) for d in _lists(definition))
    variables = {d.name for d in definition.uses}
    is_join = any(operations[name] for name in JOIN)
    return is_join and len(grid_names(definition.value, variables)) >= 2


def _lists(definition: Definition) -> set[Definition]:
    """Every definition of the variables in ``definition``, also those that add to them."""
    names = {n.id for n in ast.walk(definition.value) if isinstance(n, ast.Name)}
    found: set[Definition] = set()
    todo = [d for d in definition.uses if d.name in names]
    while todo:
        d = todo.pop()
        if d not in found:
            found.add(d)
            todo += [u for u in d.uses if u.name == d.name]
    return found


def _appends(definition: Definition) -> bool:
    value = definition.value
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith(".append")


def _draws_or_serves(loop: ast.While, chain: set[Definition]) -> bool:
    """Whether the loop draws at random or advances a grid of ``chain``."""
    names = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name)}
    return bool(names & {"rng", "unifint"}) or any(loop in d.loops for d in chain)
