"""Which statements of a generator make the output grid, and which the input grid.

A reaching-definitions analysis over the few statement forms that the generators use, and the
backward slices that follow from it. Conditions of `if` and `while` are not followed: they say
whether a statement runs, not what it makes.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from arcsweep.labels.grids import grid_names, is_name_swap
from arcsweep.labels.operations import MEASURES

_MUTATORS = frozenset({"add", "append", "extend", "update", "insert", "remove", "discard", "pop"})
_LOOP_PASSES = 3  # enough for values that cross a loop's back edge through one other variable

Environment = dict[str, frozenset["Definition"]]


@dataclass(eq=False)
class Definition:
    """One place where a variable gets its value.

    value: the expression; of a loop variable the iterable.
    uses: definitions that the value is made of; reads: those that it only measures.
    grids: the one or more definitions whose grid this one is a changed copy of.
    loops: the loops around it, outermost first.
    """

    name: str
    value: ast.expr
    loops: tuple[ast.stmt, ...]
    is_target: bool = False
    uses: set["Definition"] = field(default_factory=set, repr=False)
    reads: set["Definition"] = field(default_factory=set, repr=False)
    grids: set["Definition"] = field(default_factory=set, repr=False)


class Dataflow:
    """Definitions of a generator and what its two grids depend on.

    input, output: definitions that the returned grids have.
    """

    def __init__(self, generator: ast.FunctionDef) -> None:
        self._definitions: dict[tuple[int, str], Definition] = {}
        self._loops: list[ast.stmt] = []
        self.input: frozenset[Definition] = frozenset()
        self.output: frozenset[Definition] = frozenset()
        self._block(generator.body, {a.arg: frozenset() for a in generator.args.args})

    def _block(self, statements: Iterable[ast.stmt], env: Environment) -> None:
        for statement in statements:
            self._statement(statement, env)

    def _statement(self, statement: ast.stmt, env: Environment) -> None:
        match statement:
            case ast.Assign() if is_name_swap(statement):
                pass  # `gi, go = go, gi`: the pair may run either way, which makes nothing
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
                targets
            ) == len(values):
                before = dict(env)
                for target, value in zip(targets, values, strict=True):
                    self._define(target, value, env, before)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._define(target, value, env)
            case ast.AugAssign(target=target, value=value):
                self._define(target, value, env, keep=True)
            case ast.Expr(value=ast.Call() as call):
                self._mutate(call, env)
            case ast.For() | ast.While():
                self._loop(statement, env)
            case ast.If(body=body, orelse=orelse):
                other = dict(env)
                self._block(body, env)
                self._block(orelse, other)
                _join(env, other)
            case ast.Return(value=ast.Dict(keys=keys, values=values)):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant):
                        setattr(self, str(key.value), _reached(value, env)[0])

    def _loop(self, loop: ast.For | ast.While, env: Environment) -> None:
        self._loops.append(loop)
        for _ in range(_LOOP_PASSES):
            inner = dict(env)
            if isinstance(loop, ast.For):
                self._define(loop.target, loop.iter, inner, is_target=True)
            self._block(loop.body, inner)
            _join(env, inner)
        self._loops.pop()

    def _mutate(self, call: ast.Call, env: Environment) -> None:
        """`cells.add(x)` and `rng.shuffle(grids)` change a variable and keep what it was."""
        if not isinstance(call.func, ast.Attribute):
            return
        if call.func.attr in _MUTATORS:
            self._define(call.func.value, call, env, keep=True)
        elif call.func.attr == "shuffle":
            self._define(call.args[0], call, env, keep=True)

    def _define(
        self,
        target: ast.expr,
        value: ast.expr,
        env: Environment,
        seen: Environment | None = None,
        *,
        keep: bool = False,
        is_target: bool = False,
    ) -> None:
        """Give ``target`` a definition in ``env``; ``seen`` is what the value sees (default env).

        With ``keep`` the earlier definitions stay and are part of the new value.
        """
        if isinstance(target, ast.Tuple | ast.List):
            before = dict(env) if seen is None else seen
            for part in target.elts:
                self._define(part, value, env, before, keep=keep, is_target=is_target)
            return
        name, is_part = _base_name(target)
        keep = keep or is_part
        key = (id(value), name)
        definition = self._definitions.setdefault(
            key, Definition(name, value, tuple(self._loops), is_target)
        )
        seen = env if seen is None else seen
        uses, reads = _reached(value, seen)
        definition.uses |= uses
        definition.reads |= reads
        if not is_target:
            for grid in grid_names(value, seen):
                definition.grids |= seen.get(grid, frozenset())
        earlier = env.get(name, frozenset()) if keep else frozenset()
        definition.uses |= earlier
        env[name] = earlier | {definition}


def grid_chain(start: Iterable[Definition]) -> set[Definition]:
    """``start`` and every earlier state of the grids that it is a changed copy of."""
    return _closure(start, lambda definition: definition.grids)


def output_slice(flow: Dataflow) -> set[Definition]:
    """Everything that the output is made of or measures."""
    return _closure(flow.output, lambda definition: definition.uses | definition.reads)


def input_slice(flow: Dataflow) -> set[Definition]:
    """Everything that the input is made of.

    Generators often look at the output grid drawn so far to find a free place for the next
    object. Such a look does not make the input: it is not followed into states that belong to
    the output alone.
    """
    output_alone = grid_chain(flow.output) - grid_chain(flow.input)
    return _closure(
        flow.input,
        lambda definition: definition.uses | (definition.reads - output_alone),
    )


def _closure(
    start: Iterable[Definition],
    step: Callable[[Definition], set[Definition]],
) -> set[Definition]:
    found: set[Definition] = set()
    todo = list(start)
    while todo:
        definition = todo.pop()
        if definition not in found:
            found.add(definition)
            todo.extend(step(definition))
    return found


def _reached(
    expression: ast.expr, env: Environment
) -> tuple[frozenset[Definition], frozenset[Definition]]:
    """Definitions that ``expression`` is made of, and those that it only measures."""
    uses: set[Definition] = set()
    reads: set[Definition] = set()
    for name, is_measured in _names(expression, False):
        (reads if is_measured else uses).update(env.get(name, frozenset()))
    return frozenset(uses), frozenset(reads - uses)


def _names(node: ast.AST, is_measured: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, ast.Name):
        yield node.id, is_measured
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        is_measured = is_measured or node.func.id in MEASURES
    for child in ast.iter_child_nodes(node):
        yield from _names(child, is_measured)


def _base_name(target: ast.expr) -> tuple[str, bool]:
    """Variable that an assignment changes, and whether only a part of it (`cells[key]`)."""
    is_part = False
    while not isinstance(target, ast.Name):
        if isinstance(target, ast.Starred):
            target = target.value
        elif isinstance(target, ast.Subscript | ast.Attribute):
            target, is_part = target.value, True
        else:
            raise TypeError(f"cannot follow an assignment to {ast.unparse(target)}")
    return target.id, is_part


def _join(env: Environment, other: Environment) -> None:
    """Let ``env`` hold what either of the two hold."""
    for name, definitions in other.items():
        env[name] = env.get(name, frozenset()) | definitions
