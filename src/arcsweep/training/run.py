"""Training one model, epoch by epoch, in a way that can go on elsewhere."""

import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from arcsweep.config.training import TrainingConfig
from arcsweep.encoders.model import TaskClassifier, build_model
from arcsweep.protocol import Diverged, EpochReport, Params, Reporter
from arcsweep.training.averaging import WeightAverage
from arcsweep.training.batches import Batch, batches
from arcsweep.training.data import TrainingData
from arcsweep.training.device import (
    check_precision,
    choose_device,
    describe_device,
    make_deterministic,
)
from arcsweep.training.metrics import validation_metrics
from arcsweep.training.optimizer import MAX_GRADIENT_NORM, make_optimizer, make_scheduler
from arcsweep.training.outcomes import memory_as_outcome
from arcsweep.training.views import training_views, validation_views

EVALUATION_BATCH = 32
"""Views that are evaluated together; limits memory, changes no result."""

Watched = Literal["accuracy", "train_loss"]
"""The metric that the learning-rate scheduler watches: that of the validation tasks, or the
training loss where these tasks are to judge the model and may not steer its training."""

_INITIAL_WEIGHTS, _DROPOUT = 0, 1  # keep the two kinds of random streams apart


@dataclass(frozen=True)
class TrainedModel:
    """What training gives.

    history: one dict an epoch: epoch, accuracy, train_loss, validation_loss.
    final: metrics of the last epoch; empty when training was resumed after its last epoch.
    logits: float32 (n_validation, 9) after the last epoch, mean over a task's views.
    """

    model: TaskClassifier
    history: list[dict[str, float]]
    final: dict[str, Any]
    logits: Tensor
    n_parameters: int
    device: str


def train_model(
    data: TrainingData,
    params: Params,
    settings: TrainingConfig,
    seed: int,
    reporter: Reporter,
    watched: Watched = "accuracy",
) -> TrainedModel:
    """Train the model of ``params`` for ``settings.epochs`` epochs, reporting each of them.

    params: active sampled parameters with their effective values.
    settings: also for longer runs, with other epochs and early_stop_patience 0.
    seed: of weights, dropout, shuffles and augmentation; validation views come of settings.seed.
    watched: with "train_loss" and early_stop_patience 0 the validation tasks' labels change nothing
        but the metrics that are reported.
    Goes on from ``reporter.saved_state()`` where there is one; on one CPU type and number of
    threads the result is then bit-identical to that of an uninterrupted run.
    Raises Diverged for a loss that is not finite, OutOfMemory, and what the reporter raises.
    """
    with memory_as_outcome():
        run = TrainingRun(data, params, settings, seed, watched)
        reporter.describe(run.facts())
        saved = reporter.saved_state()
        if saved is not None:
            run.restore(saved)
        final: dict[str, Any] = {}
        while not run.finished:
            final = run.next_epoch()
            reporter.report(EpochReport(run.epoch, final["accuracy"], final), run.state)
        facts = run.facts()
        return TrainedModel(
            run.model, run.history, final, run.logits(), facts["n_parameters"], facts["device"]
        )


class TrainingRun:
    """A model in training: what changes from epoch to epoch, and how."""

    def __init__(
        self,
        data: TrainingData,
        params: Params,
        settings: TrainingConfig,
        seed: int,
        watched: Watched = "accuracy",
    ) -> None:
        self.device = choose_device(settings.device)
        check_precision(self.device, settings.precision)
        make_deterministic(self.device)
        self._data, self._params, self._settings, self._seed = data, params, settings, seed
        torch.manual_seed(_derive_seed(seed, _INITIAL_WEIGHTS, 0))
        model = build_model(params, data.centroids)
        if model.encoder.statistics is not None:
            model.encoder.statistics.fit(torch.from_numpy(data.train.own_statistics))
        self._trained: TaskClassifier = model.to(  # type: ignore[call-overload]
            self.device, memory_format=torch.channels_last
        )
        self._average = WeightAverage(self._trained) if params.get("average_weights") else None
        self._optimizer = make_optimizer(self._trained, params)
        self._watched: Watched = watched
        mode: Literal["max", "min"] = "max" if watched == "accuracy" else "min"
        self._scheduler = make_scheduler(self._optimizer, params, settings, mode)
        views = validation_views(data.validation, settings)
        self._validation = [
            batch.to(self.device)
            for batch in batches(data.validation, views, EVALUATION_BATCH, self.model.needs, 0)
        ]
        self._logits: Tensor | None = None
        self.history: list[dict[str, float]] = []

    @property
    def model(self) -> TaskClassifier:
        """What is judged and kept: the trained model or, with average_weights, its average."""
        return self._trained if self._average is None else self._average.model

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return len(self.history)

    @property
    def finished(self) -> bool:
        """All epochs are done, or early_stop_patience of them brought no better accuracy."""
        patience = self._settings.early_stop_patience
        stalled = 0 < patience <= epochs_since_best([e["accuracy"] for e in self.history])
        return stalled or self.epoch >= self._settings.epochs

    @property
    def validation_batches(self) -> list[Batch]:
        """All validation views on the device."""
        return self._validation

    def facts(self) -> dict[str, Any]:
        """What is worth knowing of the run before it starts."""
        return {
            "n_parameters": sum(p.numel() for p in self.model.parameters()),
            "device": describe_device(self.device),
            "threads": torch.get_num_threads(),
            "effective_weight_decay": float(self._params["weight_decay"]),
        }

    def next_epoch(self) -> dict[str, Any]:
        """Train one more epoch and return its metrics. Raises Diverged."""
        started = time.perf_counter()
        epoch = self.epoch + 1
        learning_rate = float(self._optimizer.param_groups[0]["lr"])
        torch.manual_seed(_derive_seed(self._seed, _DROPOUT, epoch))
        metrics = self._train(epoch)
        metrics.update(self._validate())
        if not math.isfinite(metrics["validation_loss"]):
            raise Diverged(f"the validation loss is not finite after epoch {epoch}")
        if self._scheduler is not None:
            self._scheduler.step(metrics[self._watched])
        kept = ("accuracy", "train_loss", "validation_loss")
        self.history.append({"epoch": epoch, **{name: metrics[name] for name in kept}})
        seconds = time.perf_counter() - started
        return {**metrics, "learning_rate": learning_rate, "epoch_seconds": seconds}

    def state(self) -> bytes:
        """All that is needed to go on after the last finished epoch; loads with weights_only.

        Random states are not part of it: every epoch derives its own from the seed.
        """
        stream = io.BytesIO()
        scheduler = None if self._scheduler is None else self._scheduler.state_dict()
        with _without_checksums():
            torch.save(
                {
                    "model": self._trained.state_dict(),
                    "average": None if self._average is None else self._average.state_dict(),
                    "optimizer": self._optimizer.state_dict(),
                    "scheduler": scheduler,
                    "history": self.history,
                },
                stream,
            )
        return stream.getvalue()

    def restore(self, state: bytes) -> None:
        """Go back to where ``state`` was taken."""
        saved = torch.load(io.BytesIO(state), map_location=self.device, weights_only=True)
        self._trained.load_state_dict(saved["model"])
        if self._average is not None:
            self._average.load_state_dict(saved["average"])
        self._optimizer.load_state_dict(saved["optimizer"])
        if self._scheduler is not None:
            self._scheduler.load_state_dict(saved["scheduler"])
        self.history = saved["history"]

    def _train(self, epoch: int) -> dict[str, Any]:
        """One pass over the training views; nothing in it waits for the device."""
        self._trained.train()
        views = training_views(self._data.train, self._settings, self._seed, epoch)
        loss_sum = torch.zeros((), device=self.device)
        n_correct = torch.zeros((), dtype=torch.int64, device=self.device)
        for batch in batches(
            self._data.train,
            views,
            int(self._params["batch_size"]),
            self.model.needs,
            self._settings.num_workers,
        ):
            on_device = batch.to(self.device)
            loss, logits = self.step(on_device)
            loss_sum += loss * len(logits)
            n_correct += (logits.argmax(dim=1) == on_device.labels).sum()
        train_loss = float(loss_sum) / len(views)
        if not math.isfinite(train_loss):
            raise Diverged(f"the training loss is not finite in epoch {epoch}")
        return {"train_loss": train_loss, "train_accuracy": int(n_correct) / len(views)}

    def step(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """One update; returns the loss and the logits before it, detached."""
        logits = self._training_logits(batch)
        loss = F.cross_entropy(
            logits, batch.labels, label_smoothing=float(self._params["label_smoothing"])
        )
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._trained.parameters(), MAX_GRADIENT_NORM)
        self._optimizer.step()
        if self._average is not None:
            self._average.update()
        return loss.detach(), logits.detach()

    def _training_logits(self, batch: Batch) -> Tensor:
        """The trained model's logits, the encoder's products in the setting's precision.

        Not the head's: three digits of a cosine would decide on every answer.
        """
        mixed = self._settings.precision == "bfloat16"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=mixed):
            embedding = self._trained.encoder(batch.pairs)
        logits: Tensor = self._trained.head(embedding.float())
        return logits

    def logits(self) -> Tensor:
        """Logits (n_validation, 9) after the last epoch, mean over a task's views."""
        if self._logits is None:
            self._logits = self._evaluate()
        return self._logits

    @torch.no_grad()
    def _evaluate(self) -> Tensor:
        self.model.eval()
        logits = torch.cat([self.model(batch.pairs) for batch in self._validation])
        n_tasks = len(self._data.validation)
        return logits.view(n_tasks, self._settings.validation_views, -1).mean(dim=1).cpu()

    def _validate(self) -> dict[str, Any]:
        self._logits = self._evaluate()
        tasks = self._data.validation
        return validation_metrics(self._logits, torch.from_numpy(tasks.labels), tasks.task_ids)


@contextmanager
def _without_checksums() -> Iterator[None]:
    """The zip's own take a quarter of the time, and who keeps a state has a hash. Model files keep
    theirs, so the process's setting is put back."""
    was = torch.serialization.get_crc32_options()
    torch.serialization.set_crc32_options(False)
    try:
        yield
    finally:
        torch.serialization.set_crc32_options(was)


def epochs_since_best(accuracies: list[float]) -> int:
    """Epochs after the first one that reached the best accuracy; 0 without epochs."""
    if not accuracies:
        return 0
    return len(accuracies) - 1 - accuracies.index(max(accuracies))


def _derive_seed(seed: int, stream: int, epoch: int) -> int:
    return int(np.random.SeedSequence([seed, stream, epoch]).generate_state(1)[0])
