"""The RE-ARC programs of a task as syntax trees.

Source: RE-ARC (Hodel 2024, arXiv:2404.07353) as shipped in `reasoning-gym`.
"""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType


@dataclass(frozen=True)
class Program:
    """One task's programs.

    generator: draws an input grid and its output grid together.
    verifier: makes the output grid of any input grid, as straight-line code.
    """

    generator: ast.FunctionDef
    verifier: ast.FunctionDef


@cache
def program_ids() -> frozenset[str]:
    """Ids of the tasks that have programs. The first call imports RE-ARC, which takes seconds."""
    generators, _ = _modules()
    prefix = "generate_"
    return frozenset(name[len(prefix) :] for name in vars(generators) if name.startswith(prefix))


@cache
def program(task_id: str) -> Program:
    """Programs of a task; raises KeyError when RE-ARC has none for this id."""
    if task_id not in program_ids():
        raise KeyError(task_id)
    generators, verifiers = _modules()
    return Program(
        _tree(getattr(generators, f"generate_{task_id}")),
        _tree(getattr(verifiers, f"verify_{task_id}")),
    )


@cache
def dsl_names() -> frozenset[str]:
    """Names of the functions of RE-ARC's domain-specific language."""
    from reasoning_gym.arc.rearc_utils import dsl

    return frozenset(name for name, value in vars(dsl).items() if inspect.isfunction(value))


def _modules() -> tuple[ModuleType, ModuleType]:
    # Imported on demand: it takes 3.4 s, and most commands never look at a program.
    from reasoning_gym.arc.rearc_utils import generators, verifiers

    return generators, verifiers


def _tree(function: Callable[..., object]) -> ast.FunctionDef:
    tree = ast.parse(inspect.getsource(function)).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise TypeError(f"{function!r} must be a plain function")
    return tree
