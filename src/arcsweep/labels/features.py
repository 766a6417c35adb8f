"""What the rules look at: a task's programs, reduced to the operations that decide."""

import ast
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from arcsweep.labels.dataflow import Dataflow, Definition, grid_chain
from arcsweep.labels.operations import UNDOING
from arcsweep.labels.output_part import OwnPart, called, own_parts, step_operations
from arcsweep.labels.program import Program
from arcsweep.labels.solver import Solution, solution


@dataclass(frozen=True)
class Features:
    """One task.

    flow: dataflow of the generator.
    out, given: the generator's own parts for the output and for the input.
    solver: what the verifier does.
    """

    flow: Dataflow
    out: OwnPart
    given: OwnPart
    solver: Solution

    @classmethod
    def of(cls, program: Program) -> "Features":
        """Features of a task's programs."""
        flow = Dataflow(program.generator)
        out, given = own_parts(flow)
        return cls(flow, out, given, solution(program.verifier))

    @cached_property
    def out_steps(self) -> Counter[str]:
        """Operations on the output grid beyond those on the input grid, without undone turns."""
        counts = step_operations(self.out) - step_operations(self.given)
        for turn, back in UNDOING:
            n_pairs = counts[turn] // 2 if turn == back else min(counts[turn], counts[back])
            counts.subtract({turn: n_pairs})
            counts.subtract({back: n_pairs})
        return +counts

    @cached_property
    def given_steps(self) -> Counter[str]:
        """Operations on the input grid beyond those on the output grid."""
        return step_operations(self.given) - step_operations(self.out)

    @cached_property
    def drawing(self) -> Counter[str]:
        """Operations that draw the output's own cells, without those that draw its templates.

        A template is a grid of its own that is turned into an object and laid onto the output.
        """
        return called(d for d in self.out.definitions if d not in self._templates)

    @cached_property
    def out_chain(self) -> set[Definition]:
        """Every state of the output grid."""
        return grid_chain(self.flow.output)

    @cached_property
    def given_chain(self) -> set[Definition]:
        """Every state of the input grid."""
        return grid_chain(self.flow.input)

    @cached_property
    def _templates(self) -> set[Definition]:
        grids: set[Definition] = set()
        for definition in self.out.definitions:
            for node in ast.walk(definition.value):
                match node:
                    case ast.Call(func=ast.Name(id="asobject"), args=[ast.Name(id=name)]):
                        grids |= {d for d in definition.uses if d.name == name}
        return grid_chain(grids) - self.out_chain
