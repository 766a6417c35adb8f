"""A training epoch against the plain path: pairs in turn, the same views, the same threads.

    python benchmarks/epochs.py [--config FILE …] [--pairs N]

Needs the study's tasks, labels and split (`snakemake --profile profiles/local --until split`).
"""

import copy
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import torch.nn.functional as F
import typer
from torch.utils.flop_counter import FlopCounterMode

import machine
from arcsweep.config import Config
from arcsweep.config.load import load_config
from arcsweep.paths import Paths
from arcsweep.training.batches import Batch, batches
from arcsweep.training.data import TrainingData
from arcsweep.training.objective import load_training_data
from arcsweep.training.optimizer import MAX_GRADIENT_NORM, make_optimizer
from arcsweep.training.run import TrainingRun
from arcsweep.training.views import Views, training_views
from arcsweep.workers.checkpoint import Checkpoint, CheckpointFolder
from reference.data import load
from reference.model import PlainClassifier

SHARED: dict[str, Any] = {
    "lr": 1e-3,
    "batch_size": 16,
    "weight_decay": 1e-4,
    "label_smoothing": 0.1,
    "embed_dim": 256,
    "use_scheduler": True,
    "use_cosine": True,
    "temperature": 10.0,
}


def _cnn(width_mult: float, depth: int, mlp_hidden: int, embed_dim: int) -> dict[str, Any]:
    shape = {"width_mult": width_mult, "depth": depth, "mlp_hidden": mlp_hidden}
    kind = {"encoder_type": "cnn", "demo_agg": "flatten", "use_coords": True}
    return SHARED | kind | shape | {"embed_dim": embed_dim}


def _context(ctx_d_model: int, layers: int) -> dict[str, Any]:
    return SHARED | {
        "encoder_type": "context",
        "ctx_d_model": ctx_d_model,
        "ctx_n_head": 4,
        "ctx_pixel_layers": layers,
        "ctx_grid_layers": 1,
        "ctx_dropout": 0.1,
    }


@dataclass(frozen=True)
class Case:
    """One model; ``slices``: parts of an epoch that are timed in turn (a slow plain path)."""

    name: str
    params: dict[str, Any]
    aim: float
    slices: int = 1


CASES = (
    Case("small CNN", _cnn(1.0, 3, 512, 256), aim=6),
    Case("large CNN", _cnn(2.62, 6, 2048, 512), aim=4),
    Case("context encoder", _context(128, 2), aim=10, slices=4),
)


@dataclass(frozen=True)
class Pair:
    """Seconds that the paths took for the same views. mixed: the fast one in bfloat16."""

    n_views: int
    fast_s: float
    plain_s: float
    mixed_s: float


@dataclass(frozen=True)
class Measured:
    """What a case gave. gflop: operations that an epoch of the fast path needs, 10⁹."""

    name: str
    aim: float
    n_views: int
    pairs: tuple[Pair, ...]
    gflop: float
    peak_gflops: float

    def ratios(self, side: str) -> list[float]:
        """How many times as long as ``side`` the plain path took, the lowest first."""
        return sorted(pair.plain_s / getattr(pair, f"{side}_s") for pair in self.pairs)

    def epoch_s(self, side: str) -> float:
        """Median seconds of an epoch; slices are scaled to one by their number of views."""
        return median(self.n_views * getattr(p, f"{side}_s") / p.n_views for p in self.pairs)

    @property
    def of_peak(self) -> float:
        """Share of the measured peak that the fast path's steps reach."""
        return self.gflop / self.epoch_s("fast") / self.peak_gflops

    def row(self) -> dict[str, Any]:
        ratios, mixed = self.ratios("fast"), self.ratios("mixed")
        return {
            "model": self.name,
            "fast, s/epoch": round(self.epoch_s("fast"), 2),
            "plain, s/epoch": round(self.epoch_s("plain"), 1),
            "ratio": round(median(ratios), 1),
            "lowest to highest": f"{ratios[0]:.1f} to {ratios[-1]:.1f}",
            "pairs": len(self.pairs),
            "aim": self.aim,
            "GFLOP an epoch": round(self.gflop),
            "of peak": f"{self.of_peak:.0%}",
            "bfloat16, s/epoch": round(self.epoch_s("mixed"), 2),
            "its ratio": f"{median(mixed):.1f} ({mixed[0]:.1f} to {mixed[-1]:.1f})",
        }


def measure(case: Case, data: TrainingData, config: Config, folder: Path, n_pairs: int) -> Measured:
    """Time ``n_pairs`` epochs (or as many rounds of slices) of the paths in turn."""
    settings = config.training.model_copy(update={"device": "cpu", "precision": "float32"})
    run = TrainingRun(data, case.params, settings, seed=1)
    in_bfloat16 = settings.model_copy(update={"precision": "bfloat16"})
    mixed_run = TrainingRun(data, case.params, in_bfloat16, seed=1)
    for each in (run, mixed_run):
        each.model.train()
    batch_size, workers = int(case.params["batch_size"]), settings.num_workers
    fast = _fast(run, data, batch_size, workers)
    mixed = _fast(mixed_run, data, batch_size, workers)
    plain = _plain(run, data, case.params, folder, workers)
    peak = max(machine.peak_gflops().values())
    pairs, gflop = [], 0.0
    n_views = len(training_views(data.train, settings, 1, 0))
    paths = (fast, plain, mixed)
    for step in paths:  # all warm: memory, kernels, files
        step(_part(training_views(data.train, settings, 1, 0), 0, 2 * batch_size))
    for epoch in range(1, n_pairs + 1):
        views = training_views(data.train, settings, 1, epoch)
        size = -(-n_views // (case.slices * batch_size)) * batch_size
        for start in range(0, n_views, size):
            part = _part(views, start, size)
            order = paths if len(pairs) % 2 == 0 else paths[::-1]
            seconds = {step: _seconds(step, part) for step in order}
            pairs.append(Pair(len(part), *(seconds[step] for step in paths)))
            took = ", ".join(f"{seconds[step]:.2f}" for step in paths)
            print(f"{case.name}: {len(part)} views in {took} s", file=sys.stderr)
        if epoch == 1:
            gflop = _gflop(run, batches(data.train, views, batch_size, run.model.needs, 0))
    return Measured(case.name, case.aim, n_views, tuple(pairs), gflop, peak)


def checkpoint(case: Case, data: TrainingData, config: Config, repeats: int) -> dict[str, Any]:
    """Size of the case's checkpoint; the median time for which training stops to make it, and that
    of hashing, writing and syncing it, beside which the next epoch trains."""
    settings = config.training.model_copy(update={"device": "cpu"})
    run = TrainingRun(data, case.params, settings, seed=1)
    run.model.train()
    views = training_views(data.train, settings, 1, 1)
    for batch in batches(data.train, _part(views, 0, 16), 16, run.model.needs, 0):
        run.step(batch)  # allocates the optimizer's state
    made, written, size = [], [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = CheckpointFolder(Path(name) / "trial-0", "benchmark")
        for epoch in range(1, repeats + 1):
            began = time.perf_counter()
            state = run.state()
            made.append(time.perf_counter() - began)
            folder.save(Checkpoint(epoch, (), epoch, {}, {}, 1.0, state), 1)
            written.append(time.perf_counter() - began - made[-1])
            size = len(state)
    return {
        "model": case.name,
        "parameters": run.facts()["n_parameters"],
        "MiB": round(size / 2**20, 1),
        "made, ms": round(1000 * median(made), 1),
        "written beside, ms": round(1000 * median(written), 1),
    }


def _fast(
    run: TrainingRun, data: TrainingData, batch_size: int, num_workers: int
) -> Callable[[Views], None]:
    def train(views: Views) -> None:
        for batch in batches(data.train, views, batch_size, run.model.needs, num_workers):
            run.step(batch)

    return train


def _plain(
    run: TrainingRun, data: TrainingData, params: dict[str, Any], folder: Path, num_workers: int
) -> Callable[[Views], None]:
    model = PlainClassifier(copy.deepcopy(run.model).to(memory_format=torch.contiguous_format))
    optimizer = make_optimizer(model, params)
    model.train()

    def train(views: Views) -> None:
        for grids, labels in load(
            folder, data.train, views, int(params["batch_size"]), num_workers
        ):
            loss = F.cross_entropy(
                model(grids), labels, label_smoothing=float(params["label_smoothing"])
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRADIENT_NORM)
            optimizer.step()

    return train


def _part(views: Views, start: int, size: int) -> Views:
    members = slice(start, start + size)
    permutations = None if views.permutations is None else views.permutations[members]
    return Views(views.tasks[members], views.examples[members], permutations)


def _seconds(train: Callable[[Views], None], views: Views) -> float:
    began = time.perf_counter()
    train(views)
    return time.perf_counter() - began


def _gflop(run: TrainingRun, epoch: Iterable[Batch]) -> float:
    """Multiplications and additions of an epoch's matrix products, convolutions and attention."""
    aten = torch.ops.aten
    with FlopCounterMode(
        display=False,
        custom_mapping={
            aten._scaled_dot_product_flash_attention_for_cpu: _attention_flop,
            aten._scaled_dot_product_flash_attention_for_cpu_backward: _attention_backward_flop,
        },
    ) as counter:
        for batch in epoch:
            run.step(batch)
    return float(counter.get_total_flops()) / 1e9


def _attention_flop(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> int:
    """Scores and weighted values: two products of L×d with d×L."""
    n, heads, length, width = query
    return int(4 * n * heads * length * key[2] * width)


def _attention_backward_flop(grad: Any, query: Any, key: Any, *_: Any, **__: Any) -> int:
    """The four products of gradients; the scores that are computed again are not counted."""
    return 2 * _attention_flop(query, key, None)


def main(
    config: Annotated[list[Path] | None, typer.Option(help="Config files.")] = None,
    pairs: Annotated[int, typer.Option(min=1, help="Epochs of each path.")] = 5,
    threads: Annotated[int, typer.Option(min=1)] = 2,
    only: Annotated[str, typer.Option(help="Cases whose name has this in it.")] = "",
) -> None:
    torch.set_num_threads(threads)
    settings = load_config(config or [Path("config.yaml")])
    paths = Paths.of(settings)
    data = load_training_data(paths)
    for case in CASES:
        if only in case.name:
            print(json.dumps(measure(case, data, settings, paths.data_dir, pairs).row()))


if __name__ == "__main__":
    typer.run(main)
