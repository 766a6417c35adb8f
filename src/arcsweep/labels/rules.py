"""The rules that give a task its category, in their order of precedence.

Most read what the generator does for the output alone. Those marked (verifier), and the sorting
rule, read what the verifier does: it tells where the generator computes cells by hand or makes the
input of the output. Specific operations stand before general ones.
"""

from dataclasses import dataclass

from arcsweep.labels import generator_evidence as gen
from arcsweep.labels import solver_evidence as ver
from arcsweep.labels.features import Features
from arcsweep.labels.operations import (
    JOIN,
    OCCURRENCE,
    ORIENT,
    PART,
    REDUCE,
    SCALE,
    SETS,
    TOPOLOGY,
)
from arcsweep.labels.taxonomy import AMBIGUOUS


@dataclass(frozen=True)
class Rule:
    """One rule: its category, what it says, and the test that returns its evidence or nothing."""

    category: str
    text: str
    evidence: gen.Evidence


@dataclass(frozen=True)
class Label:
    """A category (or ambiguous) and the evidence for it."""

    category: str
    evidence: str


def label(features: Features) -> Label:
    """The first rule that finds evidence decides."""
    for rule in RULES:
        evidence = rule.evidence(features)
        if evidence:
            return Label(rule.category, f"{rule.text}: {evidence}")
    return Label(AMBIGUOUS, "no rule finds an operation that decides")


RULES = (
    Rule("S2", "grids are joined", gen.steps_with(JOIN)),
    Rule("L1", "different grids stand side by side in the input alone", gen.parts_compared),
    Rule("K1", "the grid is scaled", gen.steps_with(SCALE)),
    Rule("A1", "a step is repeated until a condition holds", gen.repeated_until),
    Rule("C1", "the input's cells change colour where they are", gen.recoloured_in_place),
    Rule("A2", "sorted by a measure and laid out in that order", ver.sorted_out),
    Rule("S1", "the grid is turned or mirrored", gen.steps_with(ORIENT)),
    Rule("C2", "occurrences of a pattern are looked up", gen.drawn_with(OCCURRENCE)),
    Rule("C2", "single cells of the input become a pattern", gen.template_laid),
    Rule("C2", "blocks that cover a pattern are taken off", gen.covered_pattern),
    Rule("C1", "loose cells laid over the input are taken off", gen.cells_removed),
    Rule("S3", "paths, neighbours, boxes or outlines are drawn", gen.drawn_with(TOPOLOGY)),
    Rule("K1", "a part is cut out", gen.steps_with(PART)),
    Rule("K1", "the input alone is enlarged", gen.scaled_in_input),
    Rule("K1", "a part is cut out (verifier)", ver.solved_by_cutting),
    Rule("K1", "one object is kept, on its own canvas (verifier)", ver.one_object_kept),
    Rule("A2", "objects are placed by where others stand (verifier)", ver.placed_by_others),
    Rule("A2", "scattered pieces are put together (verifier)", ver.assembled),
    Rule("S2", "moved copies are laid one after the other", gen.replicated),
    Rule("L1", "sets of cells meet", gen.drawn_with(SETS)),
    Rule("S1", "mirrored cells are laid", gen.drawn_with(ORIENT)),
    Rule("C2", "occurrences of a pattern are looked up (verifier)", ver.solved_with(OCCURRENCE)),
    Rule("S1", "the input's cells are moved as they are", gen.moved_alone),
    Rule("C1", "objects are chosen and coloured", gen.objects_chosen),
    Rule("K1", "the grid is reduced or scaled (verifier)", ver.solved_by_step(SCALE | REDUCE)),
    Rule("C2", "one part is fitted onto another (verifier)", ver.fitted_onto_part),
    Rule("S1", "mirrored cells are laid (verifier)", ver.solved_with(ORIENT)),
    Rule("S3", "paths, boxes or outlines are drawn (verifier)", ver.solved_with(TOPOLOGY)),
    Rule("C2", "a pattern is laid where the input says (verifier)", ver.copies_on_input),
    Rule("S2", "copies are laid on a new grid (verifier)", ver.copies_on_canvas),
    Rule("S1", "objects are moved as they are (verifier)", ver.moved_away),
    Rule("S2", "moved copies are added (verifier)", ver.copied),
    Rule("L1", "parts are laid over each other (verifier)", ver.overlaid_parts),
    Rule("C1", "the input's cells are coloured (verifier)", ver.kept_cells_coloured),
)
"""Order is precedence: the first rule that finds evidence decides."""
