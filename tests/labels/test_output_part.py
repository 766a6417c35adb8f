"""Claims about what a generator does for one grid alone."""

from arcsweep.labels.dataflow import Dataflow
from arcsweep.labels.output_part import OwnPart, own_parts, step_operations

from .programs import generator


def parts(body: str) -> tuple[OwnPart, OwnPart]:
    return own_parts(Dataflow(generator(body)))


def test_what_is_done_to_both_grids_is_nobodys_own() -> None:
    out, given = parts("""
turn = rng.choice((rot90, rot180))
gi = canvas(0, (3, 3))
go = fill(gi, 1, cells)
gi = turn(gi)
go = turn(go)
""")
    assert step_operations(out) == {"fill": 1}
    assert not given.definitions


def test_same_operation_on_other_cells_is_no_twin() -> None:
    out, given = parts("""
canv = canvas(0, (9, 9))
area = backdrop(ends)
frame = box(ends)
gi = fill(canv, 1, area)
go = fill(canv, 1, frame)
""")
    assert [d.name for d in out.definitions] == ["go", "frame"]
    assert [d.name for d in given.definitions] == ["gi", "area"]


def test_a_function_in_a_variable_counts_as_what_it_may_be() -> None:
    out, _ = parts("""
if flag:
    mirror = hmirror
else:
    mirror = vmirror
gi = canvas(0, (3, 3))
go = mirror(gi)
""")
    assert step_operations(out) == {"hmirror": 1, "vmirror": 1}
