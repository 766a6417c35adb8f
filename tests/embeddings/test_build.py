"""Claims of the embeddings of a study whose extended runs were trained for real."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arcsweep.embeddings.build import build_embeddings
from arcsweep.embeddings.record import Embeddings, load_embeddings, write_embeddings
from arcsweep.errors import InputError
from arcsweep.labels.json_file import read_json_object
from arcsweep.split.split import load_split
from export.small_study import SmallStudy, small_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def found(study: SmallStudy) -> Iterator[Embeddings]:
    yield build_embeddings(study.config, study.paths)


def test_validation_tasks_are_answered_as_their_training_recorded(
    study: SmallStudy, found: Embeddings
) -> None:
    (space,) = [space for space in found.spaces if space.kind == "group"]
    assert len(space.answers) == 2
    for seed, answers in zip(space.facts["seeds"], space.answers, strict=True):
        record = read_json_object(study.paths.extended_record("cnn", 1, seed), "")
        recorded = record["final"]["predictions"]
        said = dict(zip(found.tasks, answers, strict=True))
        assert {task: said[task] for task in recorded} == recorded


def test_every_labelled_task_is_there_with_its_side_and_its_grids(
    study: SmallStudy, found: Embeddings
) -> None:
    split = load_split(study.paths.split)
    assert dict(zip(found.tasks, found.categories, strict=True)) == split.train | split.validation
    assert {t for t, trained in zip(found.tasks, found.trained, strict=True) if trained} == set(
        split.train
    )
    enlarged = found.tasks.index("K100")
    before, after = found.pairs[enlarged][0]
    assert np.array_equal(before.repeat(2, axis=0).repeat(2, axis=1), after)
    assert found.cells[enlarged] > before.size


def test_a_tasks_nearest_in_the_models_space_are_mostly_of_its_category(found: Embeddings) -> None:
    """Six epochs on four easy categories are enough for that; chance would be one in four."""
    space = next(space for space in found.spaces if space.kind == "group")
    cosines = space.vectors @ space.vectors.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = cosines.argmax(axis=1)
    labels = np.array(found.categories)
    assert np.mean(labels[nearest] == labels) > 0.6


def test_a_group_without_models_is_named_with_the_reason(found: Embeddings) -> None:
    assert found.missing == {"context": "no trial"}
    assert [space.kind for space in found.spaces] == ["group", "statistics"]


def test_a_changed_model_is_not_asked(study: SmallStudy) -> None:
    record = read_json_object(study.paths.extended_record("cnn", 1, 0), "")
    model = study.paths.study_dir / record["model"]
    content = model.read_bytes()
    model.write_bytes(content + b"x")
    try:
        built = build_embeddings(study.config, study.paths)
        assert next(s for s in built.spaces if s.kind == "group").facts["seeds"] == [1]
    finally:
        model.write_bytes(content)


def test_what_was_written_is_read_back_and_nothing_else(found: Embeddings, tmp_path: Path) -> None:
    arrays, record = tmp_path / "e.npz", tmp_path / "e.json"
    write_embeddings(arrays, record, found)
    read = load_embeddings(arrays, record)
    assert (read.tasks, read.categories, read.trained) == (
        found.tasks, found.categories, found.trained,
    )  # fmt: skip
    for mine, theirs in zip(read.spaces, found.spaces, strict=True):
        assert np.array_equal(mine.vectors, theirs.vectors)
        assert np.array_equal(mine.places, theirs.places)
        assert (mine.answers, mine.facts) == (theirs.answers, theirs.facts)
    for mine_pairs, their_pairs in zip(read.pairs, found.pairs, strict=True):
        for mine_pair, their_pair in zip(mine_pairs, their_pairs, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(mine_pair, their_pair, strict=True))
    other = tmp_path / "other.npz"
    write_embeddings(other, tmp_path / "other.json", replace(found, cells=found.cells + 1))
    with pytest.raises(InputError, match="is not the file that"):
        load_embeddings(other, record)
    arrays.write_bytes(arrays.read_bytes()[:-9])
    with pytest.raises(InputError, match="run `arcsweep embeddings` again"):
        load_embeddings(arrays, record)
