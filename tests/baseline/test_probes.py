"""Claims of the probes that the diagnosis starts from."""

from types import SimpleNamespace

import numpy as np
import pytest

from arcsweep.baseline.forest import cross_validate
from arcsweep.baseline.probes import N_NEIGHBOURS, colour_shares, neighbours, probe_record
from arcsweep.baseline.statistics import task_statistics
from arcsweep.config.baseline import BaselineConfig


class Arrays(SimpleNamespace):
    """Examples of a few tasks as the classifier's arrays hand them out."""

    def grid(self, example: int, side: int) -> np.ndarray:
        return self.grids[example][side]


def arrays(n_tasks: int = 12, seed: int = 0, permute: np.ndarray | None = None) -> Arrays:
    """Three random examples a task; the first colour is the most frequent one by far."""
    generator = np.random.default_rng(seed)
    colours = np.arange(10) if permute is None else permute
    grids = []
    for task in range(n_tasks):
        for _ in range(3):
            drawn = [generator.choice(10, (5 + task % 3, 6), p=[0.46] + [0.06] * 9).astype(np.uint8)
                     for _ in range(2)]  # fmt: skip
            grids.append([colours[grid].astype(np.uint8) for grid in drawn])
    ids = tuple(f"t{task}" for task in range(n_tasks))
    return Arrays(task_ids=ids, first_example=np.arange(n_tasks + 1) * 3, grids=grids)


def test_permuting_colours_changes_their_shares_and_no_other_statistic() -> None:
    permuted = arrays(permute=np.array([4, 7, 1, 0, 2, 3, 9, 5, 6, 8]))
    for row in range(12):
        assert task_statistics(arrays(), row, 3) == pytest.approx(task_statistics(permuted, row, 3))
        assert not np.allclose(colour_shares(arrays(), row, 3), colour_shares(permuted, row, 3))
    assert colour_shares(permuted, 0, 3).reshape(2, 10).sum(axis=1) == pytest.approx([1, 1])


def test_neighbours_are_the_nearest_by_rank_whatever_the_units() -> None:
    noise = 1e6 * np.random.default_rng(0).permutation(9)
    table = {f"t{i}": np.array([float(i)] * 40 + [noise[i]]) for i in range(9)}
    near = neighbours(table)
    assert set(near["t4"][:2]) == {"t3", "t5"}
    assert near["t0"] == ["t1", "t2", "t3"]
    assert all(len(n) == N_NEIGHBOURS and task not in n for task, n in near.items())


def test_a_share_of_the_training_tasks_leaves_the_folds_and_every_category() -> None:
    generator = np.random.default_rng(1)
    labels = {f"t{i}": "S1" if i % 4 else "K1" for i in range(40)}
    table = {task: generator.normal(size=3) + (label == "K1") for task, label in labels.items()}
    runs = [cross_validate(table, labels, 5, 4, 1, 0, share)[0] for share in (0.25, 1.0)]
    assert runs[0].keys() == runs[1].keys() == labels.keys()
    assert runs[0] != runs[1]
    assert set(runs[0].values()) == {"S1", "K1"}


def test_the_record_leaves_ambiguous_tasks_out_and_answers_for_all_others() -> None:
    labels = {f"t{i}": ("S1", "C1", "ambiguous")[i % 3] for i in range(12)}
    config = BaselineConfig(trees=3, folds=2, repeats=4, max_examples=3)
    record = probe_record(arrays(), labels, config, 0)  # type: ignore[arg-type]
    assert set(record["truth"]) == {task for task, c in labels.items() if c != "ambiguous"}
    assert record["neighbours"].keys() == record["truth"].keys()
    for answers in (*record["forests"].values(), record["with_colours"]):
        assert len(answers) == 2
        assert all(one.keys() == record["truth"].keys() for one in answers)
