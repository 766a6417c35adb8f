"""A made-up study with a known truth; nothing in it was trained."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from arcsweep.atomic import write_json
from arcsweep.config import Config
from arcsweep.embeddings.record import Embeddings, Space, write_embeddings
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.paths import Paths
from arcsweep.selection.selection import select
from arcsweep.split.folds import Fold, draw_folds, write_folds
from arcsweep.split.split import make_split, write_split

COUNTS = {"S1": 45, "S2": 38, "S3": 100, "C1": 90, "C2": 28, "K1": 20, "L1": 21, "A1": 4, "A2": 28}

SPACE: dict[str, Any] = {
    "encoder_type": {"type": "categorical", "choices": ["cnn", "context"]},
    "lr": {"type": "float", "low": 5e-5, "high": 1e-2, "log": True},
    "batch_size": {"type": "categorical", "choices": [8, 16, 32, 64]},
    "weight_decay": {
        "type": "float", "low": 1e-6, "high": 0.1, "log": True, "zero_below": 1e-5,
    },
    "use_cosine": {"type": "categorical", "choices": [True, False]},
    "temperature": {"type": "float", "low": 5.0, "high": 20.0, "when": {"use_cosine": True}},
    "depth": {"type": "int", "low": 2, "high": 6, "when": {"encoder_type": "cnn"}},
    "ctx_dropout": {"type": "float", "low": 0.0, "high": 0.3, "when": {"encoder_type": "context"}},
}  # fmt: skip


def _probabilities(answers: Mapping[str, str], seed: int) -> dict[str, np.ndarray]:
    """Some for each answer, the answer's the highest; a random stream of their own."""
    generator = np.random.default_rng([seed, 3])
    found = {}
    for task, answer in answers.items():
        p = generator.dirichlet(np.ones(len(CATEGORIES)))
        highest, at = int(p.argmax()), CATEGORIES.index(answer)
        p[[highest, at]] = p[[at, highest]]
        found[task] = p
    return found


def _answers(
    truth: Mapping[str, str],
    accuracy: float | Mapping[str, float],
    generator: np.random.Generator,
) -> dict[str, str]:
    """Right with this probability (of its category, 0.35 where it has none), else another."""
    wrong = {c: next(o for o in CATEGORIES if o != c) for c in CATEGORIES}
    right = accuracy if isinstance(accuracy, Mapping) else dict.fromkeys(CATEGORIES, accuracy)
    return {t: c if generator.random() < right.get(c, 0.35) else wrong[c] for t, c in truth.items()}


@dataclass
class SyntheticStudy:
    """Trials, selection, runs, labels and split of a study whose truth is ``accuracy``.

    accuracy: group → category → probability that a run names it right (``default`` elsewhere).
    embedded: whether the tasks' embeddings are there.
    forest: probability that the random forest names a task right; None leaves its record out.
    confirmed: group → probability that a run on a fold names a task right, or category → it; None
        confirms nothing.
    lr_effect: how much of a trial's accuracy the learning rate decides; no other parameter does.
    """

    root: Path
    n_trials: int = 150
    seeds: tuple[int, ...] = (0, 1, 2)
    top_k: int = 5
    accuracy: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    default: float = 0.35
    lr_effect: float = 0.15
    forest: float | None = 0.3
    confirmed: Mapping[str, float | Mapping[str, float]] | None = None
    space: Mapping[str, Any] = field(default_factory=lambda: SPACE)
    counts: Mapping[str, int] = field(default_factory=lambda: COUNTS)
    outcomes: Mapping[str, float] = field(
        default_factory=lambda: {"complete": 0.4, "pruned": 0.52, "diverged": 0.06,
                                 "out_of_memory": 0.01, "stuck": 0.01}
    )  # fmt: skip
    overrides: Mapping[str, Any] = field(default_factory=dict)
    task_prefix: str = ""
    embedded: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        self.generator = np.random.default_rng(self.seed)
        self.config = Config.model_validate(
            {
                "study": {"name": "synthetic", "n_trials": self.n_trials, "space": self.space},
                "selection": {"top_k": self.top_k},
                "extended": {"seeds": list(self.seeds)},
                "reports": {"bootstrap_samples": 400},
            }
            | dict(self.overrides)
        )
        self.paths = Paths.of(self.config, self.root)
        labels = {
            f"{self.task_prefix}{self.generator.integers(16**8):08x}": category
            for category, n in self.counts.items()
            for _ in range(n)
        }
        self.labels = labels
        self.split = make_split(labels, 0.2, 42)
        self.groups = list(self.space["encoder_type"]["choices"])

    def write(self) -> "SyntheticStudy":
        """Write every file that the reports read."""
        write_split(self.paths.split, self.split, 0.2, 42)
        write_json(
            self.paths.labels,
            {
                "source": "derived",
                "categories": self.labels,
                "evidence": dict.fromkeys(self.labels, "made by a made-up call"),
                "content_hash": "0" * 64,
            },
        )
        write_json(
            self.paths.manifest,
            {
                "source": "rearc",
                "packages": {"reasoning-gym": "0.1.25"},
                "examples_per_task": 150,
                "tasks": {task: {"examples": 150} for task in self.labels},
                "content_hash": "ab" * 32,
            },
        )
        write_json(
            self.paths.study_record, {"name": "synthetic", "created_at": "2026-11-24T10:00:00"}
        )
        if self.forest is not None:
            write_json(self.paths.baseline, self.baseline(self.forest))
        if self.embedded:
            write_embeddings(
                self.paths.embedding_arrays, self.paths.embeddings, self.make_embeddings()
            )
        self.trials = self.make_trials()
        self.trials.to_parquet(self.paths.trials_parquet)
        self.write_runs()
        if self.confirmed is not None:
            self.write_confirmation(self.confirmed)
        return self

    def write_confirmation(self, accuracy: Mapping[str, float | Mapping[str, float]]) -> None:
        """Write the folds, every selected trial's runs on them, and the forest's."""
        rules = self.config.confirmation
        folds = draw_folds(self.split, rules.folds, rules.repeats, 42)
        write_folds(self.paths.folds, folds)
        generator = np.random.default_rng([self.seed, 2])
        for group, entry in self.selection["groups"].items():
            trials = {trial["rank"]: trial for trial in entry["trials"]}
            for rank in range(1, self.top_k + 1):
                for number in range(len(folds)):
                    fold = folds.fold(number, self.split)
                    record = {"group": group, "rank": rank, "fold": number, "outcome": "none",
                              "empty": rank not in trials, "reason": entry["note"]}  # fmt: skip
                    if rank in trials:
                        right = accuracy.get(group, 0.35)
                        record |= self._fold_record(fold, trials[rank], right, generator)
                    write_json(self.paths.confirmation_record(group, rank, number), record)
        answers: list[dict[str, str]] = [{} for _ in folds.repeats]
        for number in range(len(folds)):
            judged = folds.fold(number, self.split).judged
            answers[number // folds.folds] |= _answers(judged, self.forest or 0.0, generator)
        probabilities = [
            {task: p.tolist() for task, p in _probabilities(answer, self.seed + 1).items()}
            for answer in answers
        ]
        record = {"method": "made-up forest", "folds": folds.folds, "predictions": answers,
                  "probabilities": probabilities, "folds_hash": folds.content_hash,
                  "seconds": 1.0}  # fmt: skip
        if self.forest is not None:
            write_json(self.paths.fold_forest, record)

    def _fold_record(
        self,
        fold: Fold,
        trial: Mapping[str, Any],
        accuracy: float | Mapping[str, float],
        generator: np.random.Generator,
    ) -> dict[str, Any]:
        answers = _answers(fold.judged, accuracy, generator)
        logits = {
            task: np.log(p).tolist() for task, p in _probabilities(answers, self.seed).items()
        }
        return {"outcome": "complete", "reason": "", "trial": trial["number"], "epochs": 40,
                "seconds": 300.0, "fold_hash": fold.content_hash, "predictions": answers,
                "logits": logits}  # fmt: skip

    def write_runs(self) -> None:
        """Select from the trials and write the selection with its extended records."""
        self.selection = select(
            self.trials,
            self.config.selection.by,
            self.top_k,
            "maximize",
            space=self.config.study.space,
            study="synthetic",
        )
        write_json(self.paths.selection, self.selection)
        for group, entry in self.selection["groups"].items():
            ranks = {trial["rank"]: trial for trial in entry["trials"]}
            for rank in range(1, self.top_k + 1):
                for seed in self.seeds:
                    record = self._record(group, rank, seed, ranks.get(rank), entry["note"])
                    write_json(self.paths.extended_record(group, rank, seed), record)

    def make_embeddings(self) -> Embeddings:
        """Tasks of a category lie together; a task's grids are as large as its number says."""
        generator = np.random.default_rng([self.seed, 2])
        tasks = sorted(self.split.train | self.split.validation)
        labels = [self.labels[task] for task in tasks]
        centres = {c: generator.normal(size=8) for c in CATEGORIES}

        def space(kind: str, name: str) -> Space:
            vectors = np.array([centres[c] + 0.3 * generator.normal(size=8) for c in labels])
            answers = (tuple(labels),) if kind == "group" else ()
            facts = {"trial": 3, "seeds": [0], "map": "made up", "kept": 0.5}
            places = generator.random((len(tasks), 2))
            return Space(kind, name, vectors.astype(np.float32), places, answers, facts)

        names = [str(c).lower() for c in self.space[self.config.selection.by]["choices"]]
        grids = [generator.integers(0, 10, (2, 3 + n % 5, 4), np.uint8) for n in range(len(tasks))]
        return Embeddings(
            tasks=tuple(tasks),
            categories=tuple(labels),
            trained=tuple(task in self.split.train for task in tasks),
            pairs=tuple(((before, after), (after, before)) for before, after in grids),
            cells=np.array([before.size for before, _ in grids], dtype=np.float64),
            colours=generator.integers(2, 9, len(tasks)).astype(np.float64),
            spaces=(*(space("group", name) for name in names), space("statistics", "statistics")),
            missing={},
        )

    def baseline(self, accuracy: float) -> dict[str, Any]:
        """A baseline record whose forest is right with this probability."""
        generator = np.random.default_rng([self.seed, 1])

        def answers(truth: Mapping[str, str]) -> dict[str, str]:
            return _answers(truth, accuracy, generator)

        return {
            "method": "random forest of 500 trees on made-up statistics",
            "settings": {"folds": 5},
            "cross_validation": {
                "truth": self.labels,
                "predictions": [answers(self.labels) for _ in range(4)],
            },
            "split": {"predictions": [answers(self.split.validation) for _ in range(3)]},
        }

    def make_trials(self) -> pd.DataFrame:
        return pd.DataFrame([self._trial(number) for number in range(self.n_trials)])

    def predictions(self, group: str, shift: float = 0.0) -> dict[str, str]:
        """One run's answers: right with the true probability, else a category near or any."""
        truth = self.accuracy.get(group, {})
        answers = {}
        for task, category in self.split.validation.items():
            right = self.generator.random() < truth.get(category, self.default) + shift
            wrong = [c for c in CATEGORIES if c != category]
            guess = "S3" if self.generator.random() < 0.5 else str(self.generator.choice(wrong))
            answers[task] = category if right else guess if guess != category else wrong[0]
        return answers

    def _trial(self, number: int) -> dict[str, Any]:
        group = self.groups[int(self.generator.random() < 0.4) if len(self.groups) > 1 else 0]
        params = self._params(group)
        outcome = str(self.generator.choice(list(self.outcomes), p=list(self.outcomes.values())))
        low, high = np.log(self.space["lr"]["low"]), np.log(self.space["lr"]["high"])
        position = (np.log(params["lr"]) - low) / (high - low)
        shift = self.lr_effect * (0.5 - abs(position - 0.6) * 2)
        predictions = self.predictions(group, shift)
        right = sum(predictions[t] == c for t, c in self.split.validation.items())
        n_epochs = {"complete": 20, "pruned": 3, "diverged": 2}.get(outcome, 0)
        values = {
            str(e): right / len(predictions) * min(1, 0.6 + 0.4 * e / 12)
            for e in range(1, n_epochs + 1)
        }
        has_value = bool(values)
        started = pd.Timestamp("2026-11-24T10:00:00") + pd.Timedelta(minutes=number)
        return {
            "number": number,
            "state": "COMPLETE" if outcome == "complete" else "PRUNED",
            "outcome": outcome,
            "reason": "" if outcome in {"complete", "pruned"} else f"{outcome}: <made up>",
            "value": max(values.values()) if has_value else np.nan,
            "best_epoch": min(n_epochs, 12) if has_value else np.nan,
            "epochs_run": n_epochs,
            "seconds": 10.0 * n_epochs,
            "started_at": started.isoformat(),
            "finished_at": (started + pd.Timedelta(minutes=3)).isoformat(),
            "host": f"node{number % 2}",
            "device": "cpu",
            "seed": 42,
            "code_version": "0.1.0+abcdef",
            "n_takeovers": 0,
            "intermediate_values": json.dumps(values),
            **{f"param_{name}": params.get(name) for name in self.space},
            "fact_n_parameters": 123_456,
            "metric_accuracy": right / len(predictions),
            "metric_n_correct": right,
            "metric_n_tasks": len(predictions),
            "metric_predictions": json.dumps(predictions) if has_value else None,
        }

    def _params(self, group: str) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for name, p in self.space.items():
            when = p.get("when", {})
            if any(params.get(key) != value for key, value in when.items()):
                continue
            params[name] = group if name == "encoder_type" else self._draw(p)
        return params

    def _draw(self, p: Mapping[str, Any]) -> Any:
        if p["type"] == "categorical":
            return p["choices"][int(self.generator.integers(len(p["choices"])))]
        if p["type"] == "int":
            return int(self.generator.integers(p["low"], p["high"] + 1))
        if p.get("log"):
            return float(np.exp(self.generator.uniform(np.log(p["low"]), np.log(p["high"]))))
        return float(self.generator.uniform(p["low"], p["high"]))

    def _record(
        self, group: str, rank: int, seed: int, trial: Mapping[str, Any] | None, note: str
    ) -> dict[str, Any]:
        slot = {"group": group, "rank": rank, "seed": seed}
        if trial is None:
            return slot | {"empty": True, "reason": note}
        predictions = self.predictions(group)
        right = sum(predictions[t] == c for t, c in self.split.validation.items())
        accuracy = right / len(predictions)
        return slot | {
            "empty": False,
            "reason": "",
            "trial": trial["number"],
            "params": trial["params"],
            "epochs": 40,
            "final": {"accuracy": accuracy, "predictions": predictions},
            "history": [{"epoch": 1, "accuracy": accuracy, "train_loss": 2.0,
                         "validation_loss": 2.1}],
            "model": "models/x.pt",
            "seconds": 400.0,
            "device": "cpu",
            "host": "node0",
            "n_parameters": 123_456,
            "settings_hash": "0",
        }  # fmt: skip
