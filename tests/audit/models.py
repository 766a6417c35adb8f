"""Small training functions with faults that are known, for the audit to find."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from arcsweep.config import Config
from arcsweep.protocol import Footprint, Params, Rehearsal, Reporter


@dataclass
class Audited:
    """An Objective whose probe is itself; ``outcome`` says what training produces."""

    outcome: Callable[[Params, int], str]
    epochs: int = 20
    earliest_end: int = 20
    peak_mb: float = 100.0
    asked: list[tuple[Params, int]] = field(default_factory=list)

    def fingerprint(self) -> Mapping[str, str]:
        return {}

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        raise NotImplementedError

    def probe(self) -> "Audited":
        return self

    def rehearse(self, params: Params, seed: int, epochs: int) -> Rehearsal:
        self.asked.append((params, epochs))
        return Rehearsal(self.outcome(params, epochs))

    def held_mb(self, params: Params, seed: int) -> float:
        return sum(_sizes(params))

    def footprint(self, params: Params, seed: int, share: float) -> Footprint:
        return Footprint(self.peak_mb, 1.0, 1)


def _sizes(params: Params) -> list[float]:
    return [float(v) for v in params.values() if isinstance(v, int | float)]


def config(space: Mapping[str, Any], **study: Any) -> Config:
    """A config whose switch is ``encoder_type``."""
    switch = {"encoder_type": {"type": "categorical", "choices": ["cnn", "context"]}}
    return Config.model_validate(
        {"study": {"name": "audited", "n_trials": 150, "space": {**switch, **space}, **study}}
    )


PUBLISHED_SPACE: dict[str, Any] = {
    "lr": {"type": "float", "low": 5e-5, "high": 1e-2, "log": True},
    "width": {"type": "int", "low": 4, "high": 12, "step": 4, "when": {"encoder_type": "cnn"}},
    "depth": {"type": "int", "low": 2, "high": 6, "when": {"encoder_type": "cnn"}},
    "ctx_d_model": {"type": "categorical", "choices": [8, 16], "when": {"encoder_type": "context"}},
    "ctx_pixel_layers": {"type": "int", "low": 1, "high": 5, "when": {"encoder_type": "context"}},
    "ctx_grid_layers": {"type": "int", "low": 1, "high": 3, "when": {"encoder_type": "context"}},
}
"""The published sweep's three parameters with little or no effect, among some that act."""


class PublishedCNN(nn.Module):
    """``depth`` is compared with one threshold and builds nothing else."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1) if depth >= 4 else nn.Identity()
        self.head = nn.Linear(width, 9)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.head(torch.relu(self.second(torch.relu(self.first(x)))).mean((2, 3)))
        return logits


class PublishedContext(nn.Module):
    """Takes numbers of layers and always builds one of each."""

    def __init__(self, ctx_d_model: int, ctx_pixel_layers: int, ctx_grid_layers: int) -> None:
        super().__init__()
        self.embed = nn.Linear(1, ctx_d_model)
        self.layer = nn.TransformerEncoderLayer(ctx_d_model, 2, 16, 0.0, batch_first=True)
        self.head = nn.Linear(ctx_d_model, 9)

    def forward(self, x: Tensor) -> Tensor:
        cells = self.layer(self.embed(x.flatten(1)[:, :, None]))
        logits: Tensor = self.head(cells.mean(1))
        return logits


def train_published(params: Params, epochs: int) -> str:
    """Fingerprint of the weights after ``epochs`` steps of real training."""
    torch.manual_seed(0)
    own = {n: v for n, v in params.items() if n not in ("encoder_type", "lr")}
    make = PublishedCNN if params["encoder_type"] == "cnn" else PublishedContext
    model = make(**own)  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(model.parameters(), lr=float(params["lr"]))
    generator = torch.Generator().manual_seed(1)
    for _ in range(epochs):
        x = torch.rand(8, 1, 5, 5, generator=generator)
        loss = nn.functional.cross_entropy(model(x), torch.arange(8))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    digest = hashlib.sha256()
    for weights in model.state_dict().values():
        digest.update(weights.numpy().tobytes())
    return digest.hexdigest()
