"""Claims about reading a verifier."""

from arcsweep.labels.solver import solution

from .programs import verifier


def test_steps_lead_from_the_result_to_the_input() -> None:
    found = solution(verifier("hmirror(I)", "hconcat(I, x0)", "fill(x1, TWO, x9)"))
    assert found.steps == ("fill", "hconcat")
    assert found.starts_from_input


def test_a_canvas_does_not_start_from_the_input() -> None:
    found = solution(verifier("mostcolor(I)", "canvas(x0, UNITY)", "paint(x1, x9)"))
    assert found.steps == ("paint", "canvas")
    assert not found.starts_from_input


def test_conditions_and_keys_make_nothing() -> None:
    found = solution(
        verifier(
            "objects(I, T, F, T)",
            "compose(box, toindices)",
            "matcher(x1, ZERO)",
            "sfilter(x0, x2)",
            "mapply(outbox, x3)",
            "fill(I, ONE, x4)",
        )
    )
    assert found.making["outbox"] == 1
    assert "box" not in found.making


def test_turning_there_and_back_is_no_step() -> None:
    turned = ("portrait(I)", "branch(x0, identity, dmirror)", "x1(I)", "underfill(x2, ONE, x9)")
    found = solution(verifier(*turned, "x1(x3)"))
    assert found.steps == ("underfill",)
    assert "dmirror" not in found.making


def test_sorting_by_place_is_no_sorting_by_a_measure() -> None:
    by_place = solution(verifier("objects(I, T, F, T)", "order(x0, leftmost)", "merge(x1)"))
    by_size = solution(verifier("objects(I, T, F, T)", "order(x0, size)", "merge(x1)"))
    assert (by_place.sorts, by_size.sorts) == (False, True)


def test_one_object_bound_to_shift_is_laid_in_copies() -> None:
    copies = solution(verifier("first(x9)", "lbind(shift, x0)", "mapply(x1, x8)", "paint(I, x2)"))
    single = solution(verifier("first(x9)", "shift(x0, UP)", "paint(I, x1)"))
    assert (copies.lays_copies, single.lays_copies) == (True, False)
