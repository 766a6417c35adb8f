"""Tests on the verifier: what it does to make the output of an input."""

from collections.abc import Collection

from arcsweep.labels.features import Features
from arcsweep.labels.generator_evidence import Evidence, named
from arcsweep.labels.operations import JOIN, PAINT, PART, RECOLOR, SPLIT, TOPOLOGY
from arcsweep.labels.output_part import called

_BUILDING = PAINT | JOIN | {"canvas", "repeat"}


def solved_by_step(operations: Collection[str]) -> Evidence:
    """The grid as a whole goes through one of ``operations``."""
    return lambda f: named(name for name in f.solver.steps if name in operations)


def solved_with(operations: Collection[str]) -> Evidence:
    """Cells of the output are made with one of ``operations``."""
    return lambda f: named(name for name in f.solver.making if name in operations)


def solved_by_cutting(f: Features) -> str | None:
    """The output is a part of the input; nothing is painted or put together for it."""
    steps = set(f.solver.steps)
    if not (steps and steps <= PART) and set(f.solver.making) & _BUILDING:
        return None
    return named(name for name in f.solver.making if name in PART | SPLIT)


def one_object_kept(f: Features) -> str | None:
    """One object of the input, alone on a canvas of its own size."""
    made = f.solver.making
    if f.solver.steps[-1:] == ("canvas",) and len(f.solver.steps) == 2 and made["normalize"]:
        blocked = TOPOLOGY | {"shift", "mapply", "product"}
        return None if any(made[name] for name in blocked) else "normalize"
    return None


def placed_by_others(f: Features) -> str | None:
    """Objects are taken away and laid where their place relative to others says."""
    made = f.solver.making
    if made["gravitate"] and (made["shift"] or made["move"]):
        return "gravitate"
    if made["cover"] and (made["position"] or made["manhattan"]):
        return "cover, " + str(named(n for n in ("position", "manhattan") if made[n]))
    return None


def assembled(f: Features) -> str | None:
    """Pieces that the input scatters are laid onto an empty canvas, moved against each other."""
    made = f.solver.making
    if f.solver.starts_from_input or not (made["shift"] and made["normalize"]):
        return None
    scattered, own = called(f.given.definitions)["shift"], called(f.out.definitions)["shift"]
    return "shift, normalize" if scattered > own else None


def sorted_out(f: Features) -> str | None:
    """Objects or cells are sorted by a measure and laid out in that order."""
    is_drawn_onto_input = f.solver.starts_from_input and set(f.solver.steps) & PAINT
    sorts = f.solver.sorts and f.solver.making["order"]
    return "order" if (sorts or f.out_steps["order"]) and not is_drawn_onto_input else None


def fitted_onto_part(f: Features) -> str | None:
    """One part of the input is cut out and another one painted onto it."""
    steps = f.solver.steps
    if steps[:1] == ("paint",):
        return named(name for name in steps[1:] if name == "subgrid")
    return None


def overlaid_parts(f: Features) -> str | None:
    """Parts of the input are laid over each other on a new canvas."""
    parts = [name for name in f.solver.making.elements() if name in SPLIT]
    is_laid = "canvas" in f.solver.steps and set(f.solver.steps) & PAINT
    return named(parts) if is_laid and len(parts) >= 2 else None


def copies_on_input(f: Features) -> str | None:
    """One object is laid at several places of the input."""
    return "shift" if f.solver.lays_copies and f.solver.starts_from_input else None


def copies_on_canvas(f: Features) -> str | None:
    """One object is laid at several places of a new grid."""
    return "shift" if f.solver.lays_copies and not f.solver.starts_from_input else None


def moved_away(f: Features) -> str | None:
    """Objects stand elsewhere than before."""
    made = f.solver.making
    steps = f.solver.steps
    is_overpainted = "paint" in steps and "fill" in steps[steps.index("paint") :]
    gone = made["cover"] or made["move"] or is_overpainted or not f.solver.starts_from_input
    return named(n for n in ("shift", "move") if made[n]) if gone else None


def copied(f: Features) -> str | None:
    """Moved copies are added to what is there."""
    return "shift" if f.solver.making["shift"] else None


def kept_cells_coloured(f: Features) -> str | None:
    """Cells of the input are coloured where they stand, none are computed."""
    made, steps = f.solver.making, set(f.solver.steps)
    if not f.solver.starts_from_input or not steps & (PAINT | RECOLOR):
        return None
    if made["interval"] or made["product"] or made["shift"]:
        return None
    return named(steps & (PAINT | RECOLOR))
