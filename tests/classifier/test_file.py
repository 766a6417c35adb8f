"""Exported classifiers in files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from arcsweep.classifier.file import Member, read_export, write_export
from arcsweep.classifier.model import Classifier
from arcsweep.encoders.model import SWITCHES, build_model
from arcsweep.errors import InputError
from training.easy import CNN, CONTEXT

from .exports import CENTROIDS, asked, export


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_export(tmp_path / "model.safetensors", export())
    return tmp_path / "model.safetensors"


def test_a_loaded_export_answers_as_the_one_that_was_written(path: Path) -> None:
    tasks = [asked(seed=n, n_pairs=1 + n) for n in range(4)]
    written, loaded = export(), read_export(path)
    assert Classifier(loaded).classify_all(tasks) == Classifier(written).classify_all(tasks)
    assert np.array_equal(loaded.held_out.probabilities, written.held_out.probabilities)
    assert loaded.held_out.tasks == written.held_out.tasks
    assert (loaded.known, loaded.validated, loaded.related) == (
        written.known, written.validated, written.related
    )  # fmt: skip
    assert not any(member.model.training for member in loaded.members)


@pytest.mark.parametrize("params", [CNN, CONTEXT], ids=["cnn", "context"])
def test_a_model_with_switches_is_exported_whole(tmp_path: Path, params: dict[str, Any]) -> None:
    switched = {**params, **dict.fromkeys(SWITCHES, True)}
    model = build_model(switched, CENTROIDS).eval()
    written = export(members=(Member(switched, {"trial": 0}, model),))
    write_export(tmp_path / "model.safetensors", written)
    loaded = read_export(tmp_path / "model.safetensors")
    assert loaded.members[0].params == switched
    assert Classifier(loaded).classify_all([asked()]) == Classifier(written).classify_all([asked()])


def test_equal_exports_give_equal_bytes(path: Path, tmp_path: Path) -> None:
    write_export(tmp_path / "other.safetensors", export())
    assert (tmp_path / "other.safetensors").read_bytes() == path.read_bytes()


def test_the_card_can_be_read_without_arcsweep(path: Path) -> None:
    with safe_open(path, framework="np") as file:
        content = json.loads(file.metadata()["arcsweep-classifier"])["content"]
    assert content["card"] == "# A card\n"
    assert content["n_demos"] == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.safetensors.*no such file"):
        read_export(tmp_path / "nowhere.safetensors")


@pytest.mark.parametrize("content", [b"", b"nothing at all", b"\xff" * 100, b"PK\x03\x04 torn"])
def test_what_is_no_safetensors_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.safetensors").write_bytes(content)
    with pytest.raises(InputError, match=r"m\.safetensors must be a whole safetensors file"):
        read_export(tmp_path / "m.safetensors")


def test_a_file_cut_short_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="cannot be read"):
        read_export(path)


@pytest.mark.parametrize("place", [0.3, 0.6, 0.99])
def test_one_changed_byte_is_noticed(path: Path, place: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(InputError):
        read_export(path)


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    save_file({"weights": torch.zeros(3)}, tmp_path / "foreign.safetensors")
    with pytest.raises(InputError, match="it is another file"):
        read_export(tmp_path / "foreign.safetensors")


def test_a_newer_format_is_refused_by_its_number(path: Path) -> None:
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        head = json.loads(file.metadata()["arcsweep-classifier"])
    save_file(tensors, path, {"arcsweep-classifier": json.dumps({**head, "version": 2})})
    with pytest.raises(InputError, match="must be of format 1, got 2; use the version"):
        read_export(path)
