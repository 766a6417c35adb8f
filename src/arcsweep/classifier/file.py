"""An exported classifier as one safetensors file: plain tensors and JSON, nothing that can run."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Never

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from arcsweep.atomic import atomic_open
from arcsweep.classifier.demonstrations import Showing
from arcsweep.classifier.held_out import WARNINGS, HeldOut
from arcsweep.encoders.model import TaskClassifier, build_model
from arcsweep.errors import ArcsweepError, InputError
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.protocol import Params

KEY = "arcsweep-classifier"
"""Of the metadata, whose value is JSON: version, sha256 and content, the card within."""

VERSION = 1
"""Raised when files of the version before can no longer be loaded."""

_REMEDY = "copy it again, or make it with `arcsweep export`"


@dataclass(frozen=True)
class Member:
    """One trained model. facts: where it comes from, JSON-serialisable."""

    params: Params
    facts: Mapping[str, Any]
    model: TaskClassifier


@dataclass(frozen=True)
class Export:
    """All that the file holds.

    known: task id → category of every task that trained the models.
    validated: the same of the search's validation tasks.
    related: ids of all tasks whose programs the training data come from (RE-ARC).
    card: the model card, Markdown.
    """

    members: tuple[Member, ...]
    showing: Showing
    held_out: HeldOut
    known: Mapping[str, str]
    validated: Mapping[str, str]
    related: tuple[str, ...]
    card: str


def write_export(path: Path, export: Export) -> None:
    """Write the file atomically; equal exports give equal bytes."""
    held_out = export.held_out
    tensors = {
        f"models/{number}/{name}": value.detach().cpu().contiguous()
        for number, member in enumerate(export.members)
        for name, value in member.model.state_dict().items()
    }
    tensors["held_out/labels"] = torch.from_numpy(held_out.labels)
    tensors["held_out/probabilities"] = torch.from_numpy(held_out.probabilities)
    content = {
        "categories": list(CATEGORIES),
        "models": [{"params": dict(m.params), "facts": dict(m.facts)} for m in export.members],
        "n_demos": export.showing.n_demos,
        "n_views": export.showing.n_views,
        "held_out": {"source": held_out.source, "tasks": list(held_out.tasks)},
        "known": dict(export.known),
        "validated": dict(export.validated),
        "related": list(export.related),
        "card": export.card,
    }
    head = {"version": VERSION, "sha256": _digest(content, tensors), "content": content}
    # One key: safetensors writes several in an order that changes from run to run.
    metadata = {KEY: json.dumps(head, sort_keys=True, allow_nan=False)}
    data = save(tensors, metadata)
    with atomic_open(path) as stream:
        stream.write(data)


def read_export(path: Path) -> Export:
    """The export in ``path``, its models in evaluation mode on the CPU.

    Raises InputError when the file is missing, damaged, of another kind or of a newer version.
    """
    metadata, tensors = _read(path)
    if KEY not in metadata:
        _refuse(path, "must be a classifier that `arcsweep export` wrote, it is another file")
    try:
        head = json.loads(metadata[KEY])
        version, digest, content = head["version"], head.get("sha256"), head.get("content")
    except (ValueError, KeyError, TypeError, AttributeError):
        _refuse(path, "is damaged: its description cannot be read")
    if version != VERSION:
        raise InputError(
            f"{path} must be of format {VERSION}, got {version}; use the version of arcsweep that "
            "wrote it, or export again with this one"
        )
    if digest != _digest(content, tensors):
        _refuse(path, "is damaged: its content does not have the hash that was written with it")
    try:
        return _export(content, tensors)
    except (KeyError, ValueError, TypeError, RuntimeError, AttributeError, ArcsweepError) as error:
        raise InputError(f"{path} lacks or garbles a part ({error!r}); {_REMEDY}") from error


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    if not path.is_file():
        raise InputError(f"{path} must be an exported classifier, there is no such file; {_REMEDY}")
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return dict(file.metadata() or {}), tensors
    except (SafetensorError, OSError) as error:
        raise InputError(
            f"{path} must be a whole safetensors file, it cannot be read ({error}); {_REMEDY}"
        ) from error


def _export(content: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Export:
    if content["categories"] != list(CATEGORIES):
        raise ValueError(f"categories {content['categories']}")
    held_out = content["held_out"]
    if held_out["source"] not in WARNINGS:
        raise ValueError(f"held-out tasks from {held_out['source']!r}")
    return Export(
        members=tuple(
            Member(entry["params"], entry["facts"], _model(number, entry["params"], tensors))
            for number, entry in enumerate(content["models"])
        ),
        showing=Showing(int(content["n_demos"]), int(content["n_views"])),
        held_out=HeldOut(
            held_out["source"],
            tuple(held_out["tasks"]),
            tensors["held_out/labels"].numpy().astype(np.int64),
            tensors["held_out/probabilities"].numpy().astype(np.float64),
        ),
        known=content["known"],
        validated=content["validated"],
        related=tuple(content["related"]),
        card=content["card"],
    )


def _model(number: int, params: Params, tensors: Mapping[str, Tensor]) -> TaskClassifier:
    prefix = f"models/{number}/"
    weights = {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
    model = build_model(params, weights["head.centroids"].numpy())
    model.load_state_dict(weights)
    return model.eval()


def _digest(content: Any, tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of what decides answers; safetensors itself notices only a file cut short."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
    for name in sorted(tensors):
        value = tensors[name]
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}\n".encode())
        digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _refuse(path: Path, fault: str) -> Never:
    raise InputError(f"{path} {fault}; {_REMEDY}")
