"""Statistics of pairs whose figures can be counted by hand."""

import numpy as np

from arcsweep.baseline.statistics import SUMMARIES, pair_statistics, task_statistics
from training.easy import task_arrays


def grid(*rows: str) -> np.ndarray:
    return np.array([[int(c) for c in row] for row in rows], dtype=np.uint8)


def test_figures_of_a_pair() -> None:
    found = pair_statistics(grid("000", "012", "000"), grid("000", "033", "000"))
    expected = {
        "same_size": 1, "area_ratio": 1, "input_colours": 3, "output_colours": 2,
        "colours_added": 1, "colours_removed": 2, "input_components": 3, "input_shapes": 1,
        "output_components": 2, "changed": 2 / 9, "changed_patches": 1,
        "changed_from_background": 0, "new_colours_of_changed": 1, "is_moved": 0,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_copies_of_the_input_are_seen() -> None:
    one = grid("01", "23")

    def which(after: np.ndarray) -> set[str]:
        names = ("is_moved", "is_tiled", "is_enlarged", "is_part", "holds_input")
        return {name for name in names if pair_statistics(one, after)[name]}

    assert which(np.rot90(one)) == {"is_moved"}
    assert which(np.tile(one, (2, 1))) == {"is_tiled", "holds_input"}
    assert which(np.kron(one, np.ones((2, 2), np.uint8)).astype(np.uint8)) == {
        "is_enlarged",
        "holds_input",
    }
    assert which(one[:1]) == {"is_part"}


def test_symmetries_are_shares_of_equal_cells() -> None:
    found = pair_statistics(grid("12", "12"), grid("11"))
    assert (found["input_mirrored_up_down"], found["input_mirrored_left_right"]) == (1, 0)
    assert found["output_mirrored_left_right"] == 1


def test_a_task_has_four_summaries_of_some_forty_statistics() -> None:
    small, large = grid("1"), grid("11", "11")
    arrays = task_arrays({"t": [(small, small), (large, large), (grid("111"), small)]})
    row = task_statistics(arrays, 0, max_examples=2)
    names = list(pair_statistics(small, small))
    assert 35 <= len(names) <= 50
    table = dict(zip(SUMMARIES, row.reshape(4, -1)[:, names.index("input_height")], strict=True))
    assert table == {"mean": 1.5, "spread": 0.5, "min": 1, "max": 2}
    assert np.isfinite(row).all()
