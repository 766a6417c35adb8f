"""A made-up study whose hypotheses have known effects; nothing in it was trained."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from arcsweep.atomic import write_json
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.split.folds import load_folds
from reports.synthetic import SyntheticStudy

BASE = 0.4
CHANGES: dict[str, dict[str, Any]] = {
    "good": {"depth": 3},
    "bad": {"views_per_epoch": 2},
    "idle": {"color_permute": False},
}
EFFECTS = {"good": 0.2, "bad": -0.2, "idle": 0.0}


def made_up(root: Path, effects: Mapping[str, float] = EFFECTS, seed: int = 0) -> SyntheticStudy:
    """Group cnn alone: ``effects`` are by how much a change raises the share of right answers."""
    asked = [
        {"name": name, "question": f"Is {name} good?", "groups": ["cnn"],
         "change": CHANGES.get(name, {"lr": 1e-3})}
        for name in effects
    ]  # fmt: skip
    overrides = {"hypotheses": asked, "confirmation": {"folds": 5, "repeats": 2, "top_k": 1}}
    study = SyntheticStudy(
        root, n_trials=12, top_k=1, seeds=(0,), confirmed={"cnn": BASE}, overrides=overrides,
        outcomes={"complete": 1.0}, seed=seed,
    ).write()  # fmt: skip
    generator = np.random.default_rng([seed, 3])
    for number in range(10):
        base = fold_record(study, number)
        write_json(study.paths.confirmation_record("cnn", 1, number), base)
        for name, effect in effects.items():
            answers = _moved(base["predictions"], base["judged"], effect, generator)
            record = base | {"predictions": answers, "same": False}
            write_json(study.paths.hypothesis_record(name, "cnn", number), record)
    return study


def fold_record(study: SyntheticStudy, number: int) -> dict[str, Any]:
    """The confirmation's record of the base on a fold, as a real one is."""
    path = study.paths.confirmation_record("cnn", 1, number)
    fold = load_folds(study.paths.folds).fold(number, study.split)
    record: dict[str, Any] = json.loads(path.read_text())
    return record | {"training_seed": number, "judged": fold.judged}


def edit(path: Path, **changed: Any) -> None:
    """Change fields of a record."""
    write_json(path, json.loads(path.read_text()) | changed)


def _moved(
    answers: Mapping[str, str], truth: Mapping[str, str], effect: float, rng: np.random.Generator
) -> dict[str, str]:
    """Answers of a model that shares half of the base's and is as much better as ``effect``."""
    wrong = {c: next(o for o in CATEGORIES if o != c) for c in CATEGORIES}
    anew = {t: c if rng.random() < BASE + 2 * effect else wrong[c] for t, c in truth.items()}
    return {task: (anew if rng.random() < 0.5 else answers)[task] for task in truth}
