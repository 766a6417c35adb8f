"""The record of the embeddings: embeddings.npz with the arrays, embeddings.json beside it."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arcsweep.atomic import atomic_open, write_json
from arcsweep.embeddings.projection import FloatArray
from arcsweep.errors import InputError
from arcsweep.labels.json_file import read_json_object
from arcsweep.npy import load_arrays

_REMEDY = "run `arcsweep embeddings` again"

Pairs = tuple[tuple[NDArray[np.uint8], NDArray[np.uint8]], ...]
"""Demonstration pairs: input and output grid, uint8 (height, width)."""

STATISTICS = "statistics"
"""Kind of the space that no model made."""


@dataclass(frozen=True, eq=False)
class Space:
    """One space that tasks lie in.

    kind: "group" for the best configuration of a group, STATISTICS for the grids' statistics.
    name: the group's name. vectors: float32 (n_tasks, D); of several seeds each at unit length,
    side by side, so that the cosine is the mean of theirs. places: float64 (n_tasks, 2), the map.
    answers: for each seed, the category that its model names for each task; empty without models.
    facts: trial, seeds, method of the map and how much it keeps (see Projection).
    """

    kind: str
    name: str
    vectors: NDArray[np.float32]
    places: FloatArray
    answers: tuple[tuple[str, ...], ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Embeddings:
    """Every labelled task of the split in every space.

    tasks, categories, trained: of each task its id, its label, and whether the search trained on
    it. pairs: the first demonstration pairs of each. cells, colours: float64 (n_tasks,), mean
    cells of a grid and mean number of colours of a pair. missing: group → why it has no space.
    """

    tasks: tuple[str, ...]
    categories: tuple[str, ...]
    trained: tuple[bool, ...]
    pairs: tuple[Pairs, ...]
    cells: FloatArray
    colours: FloatArray
    spaces: tuple[Space, ...]
    missing: Mapping[str, str]


def write_embeddings(arrays: Path, record: Path, found: Embeddings) -> None:
    """Write both files; the record comes last and names the arrays' hash."""
    grids = [grid for pairs in found.pairs for pair in pairs for grid in pair]
    named: dict[str, NDArray[Any]] = {
        "n_pairs": np.array([len(pairs) for pairs in found.pairs], np.int64),
        "shapes": np.array([grid.shape for grid in grids], np.uint8).reshape(-1, 2),
        "grids": np.concatenate([np.zeros(0, np.uint8), *(grid.ravel() for grid in grids)]),
        "cells": found.cells,
        "colours": found.colours,
    }
    for number, space in enumerate(found.spaces):
        named[f"vectors_{number}"] = space.vectors
        named[f"places_{number}"] = space.places
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **named)
    with atomic_open(arrays) as file:
        file.write(stream.getvalue())
    write_json(
        record,
        {
            "arrays": arrays.name,
            "arrays_sha256": hashlib.sha256(stream.getvalue()).hexdigest(),
            "tasks": list(found.tasks),
            "categories": list(found.categories),
            "trained": list(found.trained),
            "spaces": [
                {
                    "kind": space.kind,
                    "name": space.name,
                    "answers": [list(given) for given in space.answers],
                    "facts": dict(space.facts),
                }
                for space in found.spaces
            ],
            "missing": dict(found.missing),
        },
    )


def load_embeddings(arrays: Path, record: Path) -> Embeddings:
    """What write_embeddings wrote. Raises InputError when a file is missing, damaged or of
    another run than the other one."""
    told = read_json_object(record, _REMEDY)
    try:
        content = arrays.read_bytes()
        if hashlib.sha256(content).hexdigest() != told.get("arrays_sha256"):
            raise InputError(f"{arrays} is not the file that {record} names; {_REMEDY}")
        return _embeddings(told, load_arrays(arrays))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"{arrays} or {record} cannot be read ({error!r}); {_REMEDY}") from error


def _embeddings(told: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Embeddings:
    spaces = tuple(
        Space(
            space["kind"],
            space["name"],
            arrays[f"vectors_{number}"],
            arrays[f"places_{number}"],
            tuple(tuple(given) for given in space["answers"]),
            space["facts"],
        )
        for number, space in enumerate(told["spaces"])
    )
    return Embeddings(
        tasks=tuple(told["tasks"]),
        categories=tuple(told["categories"]),
        trained=tuple(told["trained"]),
        pairs=_pairs(arrays),
        cells=arrays["cells"],
        colours=arrays["colours"],
        spaces=spaces,
        missing=told["missing"],
    )


def _pairs(arrays: Mapping[str, NDArray[Any]]) -> tuple[Pairs, ...]:
    shapes = [tuple(shape) for shape in arrays["shapes"].tolist()]
    ends = np.cumsum([height * width for height, width in shapes])
    parts = np.split(arrays["grids"], ends[:-1]) if shapes else []
    grids = iter([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    return tuple(
        tuple((next(grids), next(grids)) for _ in range(n)) for n in arrays["n_pairs"].tolist()
    )
