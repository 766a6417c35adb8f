"""Models in files."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from arcsweep.encoders.model import SWITCHES, build_model
from arcsweep.errors import InputError
from arcsweep.training.batches import assemble
from arcsweep.training.run import TrainingRun
from arcsweep.training.saved_model import load_model, read_model_file, save_model
from arcsweep.training.views import validation_views

from .easy import CNN, CONTEXT, easy_data, settings

DATA = easy_data()
ON: dict[str, Any] = dict.fromkeys(SWITCHES, True)


@pytest.mark.parametrize("params", [CNN, CONTEXT, {**CNN, **ON}, {**CONTEXT, **ON}])
def test_a_loaded_model_gives_the_saved_ones_logits(tmp_path: Path, params: dict[str, Any]) -> None:
    model = build_model(params, DATA.centroids).eval()
    save_model(tmp_path / "model.pt", model, params, {"accuracy": 0.5})
    loaded, loaded_params = load_model(tmp_path / "model.pt")
    views = validation_views(DATA.validation, settings())
    batch = assemble(DATA.validation, views, slice(0, 8), model.needs)
    assert torch.equal(model(batch.pairs), loaded(batch.pairs))
    assert loaded_params == params
    assert not loaded.training


def test_the_file_loads_without_trusting_it(tmp_path: Path) -> None:
    save_model(tmp_path / "model.pt", build_model(CNN, DATA.centroids), CNN, {"trial": 3})
    content = torch.load(tmp_path / "model.pt", weights_only=True)
    assert content["facts"] == {"trial": 3}
    assert len(content["categories"]) == 9


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 torn"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(InputError, match="train it again"):
        load_model(tmp_path / "model.pt")


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    save_model(path, build_model(CNN, DATA.centroids), CNN)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(InputError, match="cannot be read"):
        load_model(path)


def test_a_model_keeps_its_checksums_also_after_states_were_taken(tmp_path: Path) -> None:
    TrainingRun(DATA, CNN, settings(), 0).state()  # states do without
    save_model(tmp_path / "model.pt", build_model(CNN, DATA.centroids), CNN)
    with zipfile.ZipFile(tmp_path / "model.pt") as content:
        assert content.testzip() is None


def test_missing_and_foreign_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        load_model(tmp_path / "model.pt")
    torch.save({"format": 0}, tmp_path / "model.pt")
    with pytest.raises(InputError, match="format 1"):
        read_model_file(tmp_path / "model.pt")


def test_weights_of_other_parameters_are_refused(tmp_path: Path) -> None:
    save_model(tmp_path / "model.pt", build_model(CNN, DATA.centroids), {**CNN, "depth": 6})
    with pytest.raises(InputError, match="do not fit"):
        load_model(tmp_path / "model.pt")
