"""Small generators and verifiers, written as RE-ARC writes them."""

import ast

from arcsweep.labels.features import Features
from arcsweep.labels.program import Program


def tree(source: str) -> ast.FunctionDef:
    """The first function of ``source``."""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


def generator(body: str) -> ast.FunctionDef:
    """A generator with ``body``, one statement a line, that returns gi and go."""
    lines = [*body.strip("\n").splitlines(), 'return {"input": gi, "output": go}']
    text = "\n".join(f"    {line}" for line in lines)
    return tree(f"def generate_x(rng, diff_lb, diff_ub):\n{text}")


def verifier(*expressions: str) -> ast.FunctionDef:
    """A verifier that assigns x0, x1, … and returns the last."""
    lines = [f"    x{i} = {expression}" for i, expression in enumerate(expressions)]
    return tree("\n".join(["def verify_x(I):", *lines, f"    return x{len(expressions) - 1}"]))


def features(body: str, *expressions: str) -> Features:
    """Features of a task; its verifier gives the input back where none is given."""
    return Features.of(Program(generator(body), verifier(*expressions or ("identity(I)",))))
