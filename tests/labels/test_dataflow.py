"""Claims about the slices of a generator."""

from arcsweep.labels.dataflow import Dataflow, Definition, grid_chain, input_slice, output_slice

from .programs import generator


def names(definitions: set[Definition]) -> set[str]:
    return {definition.name for definition in definitions}


def test_slices_hold_what_each_grid_is_made_of() -> None:
    flow = Dataflow(
        generator("""
a = 1
b = 2
gi = canvas(a, (3, 3))
go = fill(gi, b, cells)
""")
    )
    assert names(input_slice(flow)) == {"a", "gi"}
    assert names(output_slice(flow)) == {"a", "b", "gi", "go"}


def test_a_later_assignment_hides_an_earlier_one() -> None:
    flow = Dataflow(
        generator("""
a = first_value
a = second_value
gi = canvas(a, (3, 3))
go = gi
""")
    )
    values = {d.value.id for d in input_slice(flow) if d.name == "a"}  # type: ignore[attr-defined]
    assert values == {"second_value"}


def test_both_branches_reach_what_follows() -> None:
    flow = Dataflow(
        generator("""
if rng.choice((True, False)):
    a = 1
else:
    a = 2
gi = canvas(a, (3, 3))
go = gi
""")
    )
    assert len([d for d in input_slice(flow) if d.name == "a"]) == 2


def test_a_value_crosses_the_back_edge_of_a_loop() -> None:
    flow = Dataflow(
        generator("""
cells = set()
gi = canvas(0, (3, 3))
for k in range(4):
    gi = fill(gi, 1, cells)
    cells = shift(cells, (1, 0))
go = gi
""")
    )
    assert len([d for d in input_slice(flow) if d.name == "cells"]) == 2


def test_method_calls_that_change_a_variable_keep_what_it_was() -> None:
    flow = Dataflow(
        generator("""
cells = {origin}
cells.add(corner)
gi = fill(canvas(0, (3, 3)), 1, cells)
go = gi
""")
    )
    assert len([d for d in input_slice(flow) if d.name == "cells"]) == 2


def test_looking_at_the_output_for_a_free_place_makes_no_input() -> None:
    flow = Dataflow(
        generator("""
gi = canvas(0, (9, 9))
go = canvas(0, (9, 9))
for k in range(3):
    free = ofcolor(go, 0)
    loc = rng.choice(free)
    gi = fill(gi, 1, {loc})
    go = fill(go, 1, neighbors(loc))
""")
    )
    assert "go" not in names(input_slice(flow))


def test_an_input_made_of_the_output_has_it_in_its_slice() -> None:
    flow = Dataflow(
        generator("""
go = canvas(0, (9, 9))
gi = fill(go, 5, noise)
""")
    )
    assert "go" in names(input_slice(flow))


def test_exchanging_the_two_grids_makes_nothing() -> None:
    flow = Dataflow(
        generator("""
gi = canvas(0, (9, 9))
go = hmirror(gi)
if rng.choice((True, False)):
    gi, go = go, gi
""")
    )
    assert names(input_slice(flow)) == {"gi"}


def test_grid_chain_follows_the_grid_and_not_its_cells() -> None:
    flow = Dataflow(
        generator("""
rotate = rng.choice((rot90, rot180))
cells = connect((0, 0), (0, 5))
gi = canvas(0, (9, 9))
go = rotate(fill(gi, 1, cells))
""")
    )
    assert names(grid_chain(flow.output)) == {"gi", "go"}
