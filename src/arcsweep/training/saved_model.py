"""A trained model as one file: weights, centroids and the parameters that rebuild it."""

from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from arcsweep.atomic import atomic_open
from arcsweep.encoders.model import TaskClassifier, build_model
from arcsweep.errors import InputError
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.protocol import Params, ParamValue

FORMAT = 1
"""Raised when files of the version before can no longer be loaded."""


def save_model(
    path: Path, model: TaskClassifier, params: Params, facts: Mapping[str, Any] | None = None
) -> None:
    """Write the model atomically; ``torch.load(path, weights_only=True)`` gives the dict.

    params: those that build_model was given. facts: numbers, strings, lists and dicts to keep
    beside the weights, such as metrics. The file's bytes do not depend on its name.
    """
    content = {
        "format": FORMAT,
        "params": dict(params),
        "categories": list(CATEGORIES),
        "weights": {name: value.cpu() for name, value in model.state_dict().items()},
        "facts": dict(facts or {}),
    }
    with atomic_open(path) as stream:
        torch.save(content, stream)


def load_model(path: Path) -> tuple[TaskClassifier, dict[str, ParamValue]]:
    """The model in evaluation mode on the CPU, and its parameters.

    Raises InputError when the file is missing, damaged, or not a model of this version.
    """
    content = read_model_file(path)
    params, weights = content["params"], content["weights"]
    try:
        model = build_model(params, weights["head.centroids"].numpy())
        model.load_state_dict(weights)
    except (RuntimeError, KeyError, AttributeError) as error:
        raise InputError(
            f"{path}: the weights do not fit the parameters; train the model again"
        ) from error
    return model.eval(), params


def read_model_file(path: Path) -> dict[str, Any]:
    """The dict that save_model wrote. Raises InputError as load_model."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise InputError(f"{path} is missing; run the extended training again") from None
    except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
        raise InputError(
            f"{path} must be a model that arcsweep saved, and it cannot be read; train it again"
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(
            f"{path} must be a model of format {FORMAT}; train it again with this version"
        )
    return content
