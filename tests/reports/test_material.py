"""Claims of what the reports refuse to mix."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arcsweep.atomic import write_json
from arcsweep.errors import InputError
from arcsweep.reports.material import load_material

from .synthetic import SyntheticStudy


@pytest.fixture
def study(tmp_path: Path) -> SyntheticStudy:
    return SyntheticStudy(tmp_path, n_trials=20, outcomes={"complete": 1.0}).write()


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    record = json.loads(path.read_text())
    edit(record)
    write_json(path, record)


def test_every_slot_is_a_run_or_an_empty_slot(study: SyntheticStudy) -> None:
    material = load_material(study.config, study.paths)
    assert len(material.runs) + len(material.empty_slots) == 2 * study.top_k * len(study.seeds)
    study.paths.extended_record("cnn", 1, 0).unlink()
    again = load_material(study.config, study.paths)
    assert len(again.runs) == len(material.runs) - 1
    assert "not run yet" in {slot.reason for slot in again.empty_slots}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda r: r.update(trial=999), r"of trial 999, but trial \d+ is selected"),
        (lambda r: r["final"]["predictions"].popitem(), "not the 75 validation tasks"),
        (lambda r: r.pop("final"), "lacks or garbles a field"),
    ],
)
def test_a_record_of_something_else_is_refused(
    study: SyntheticStudy, edit: Callable[[dict[str, Any]], object], message: str
) -> None:
    change(study.paths.extended_record("cnn", 1, 0), edit)
    with pytest.raises(InputError, match=f"cnn-rank1-seed0.json.*{message}.*arcsweep extended"):
        load_material(study.config, study.paths)


@pytest.mark.parametrize(
    ("name", "verb"),
    [("trials_parquet", "trials"), ("selection", "selection"), ("split", "split"),
     ("labels", "labels"), ("manifest", "tasks")],
)  # fmt: skip
def test_a_missing_file_is_named_with_the_verb_that_makes_it(
    study: SyntheticStudy, name: str, verb: str
) -> None:
    path: Path = getattr(study.paths, name)
    path.unlink()
    with pytest.raises(InputError, match=rf"{path.name} is missing; .*`arcsweep {verb}`"):
        load_material(study.config, study.paths)


def test_a_damaged_trials_table_is_refused(study: SyntheticStudy) -> None:
    study.paths.trials_parquet.write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match=r"trials\.parquet must be a Parquet table"):
        load_material(study.config, study.paths)
