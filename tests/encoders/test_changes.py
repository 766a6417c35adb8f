"""Which cells are marked as changed."""

import torch

from arcsweep.encoders.changes import ChangeMark
from arcsweep.encoders.pairs import N_CODES, NO_CELL


def test_two_different_colours_are_marked_and_nothing_else() -> None:
    mark = ChangeMark(4)
    moved = mark(torch.zeros(N_CODES, 4))
    for before in range(NO_CELL + 1):
        for after in range(NO_CELL + 1):
            changed = before != after and NO_CELL not in (before, after)
            expected = mark.mark if changed else torch.zeros(4)
            assert torch.equal(moved[before * 11 + after], expected), (before, after)


def test_the_mark_is_saved_and_its_places_are_not() -> None:
    assert list(ChangeMark(4).state_dict()) == ["mark"]
