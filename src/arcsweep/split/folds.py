"""Repeated stratified folds of the search's training tasks: who judges, and who trains for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from arcsweep.atomic import write_json
from arcsweep.errors import ConfigError, InputError
from arcsweep.labels.content import content_hash
from arcsweep.labels.json_file import read_json_object
from arcsweep.split.split import Split

_REMEDY = "run `arcsweep folds` again"


@dataclass(frozen=True)
class Fold:
    """Both sides of one fold, task id → category, in the order of their ids.

    number: counts through all repeats, from 0.
    train: the other folds, all tasks that are in no fold, and the search's validation tasks.
    judged: tasks that trained nothing here and selected nothing in the search.
    """

    number: int
    train: dict[str, str]
    judged: dict[str, str]

    @property
    def content_hash(self) -> str:
        """Of both sides: equal folds are equal, however many others were drawn with them."""
        return content_hash([self.train, self.judged])


@dataclass(frozen=True)
class Folds:
    """Which fold judges each task, once in each repeat.

    repeats: for each, task id → fold, 0 to ``folds`` - 1. seed: that they were drawn with.
    split_hash: of the split whose training tasks they divide.
    """

    folds: int
    repeats: tuple[dict[str, int], ...]
    seed: int
    split_hash: str

    def __len__(self) -> int:
        """Folds of all repeats."""
        return self.folds * len(self.repeats)

    @property
    def content_hash(self) -> str:
        return content_hash([self.folds, list(self.repeats), self.split_hash])

    def judged(self, split: Split) -> dict[str, str]:
        """Every task that is judged, with its category; each repeat judges the same ones."""
        return {task: split.train[task] for task in sorted(self.repeats[0])}

    def fold(self, number: int, split: Split) -> Fold:
        """Fold ``number`` of ``split``, whose training tasks were divided.

        Raises InputError when there is no such fold or the split is another one.
        """
        if not 0 <= number < len(self):
            raise InputError(f"--fold must be from 0 to {len(self) - 1}, got {number}")
        if split.content_hash != self.split_hash:
            raise InputError(f"the folds are of another split than split.json; {_REMEDY}")
        repeat, at = self.repeats[number // self.folds], number % self.folds
        judged = {task: split.train[task] for task, fold in sorted(repeat.items()) if fold == at}
        others = {task: c for task, c in split.train.items() if task not in judged}
        return Fold(number, dict(sorted({**others, **split.validation}.items())), judged)


def draw_folds(split: Split, folds: int, repeats: int, seed: int) -> Folds:
    """``repeats`` divisions of the training tasks of ``split`` into stratified folds.

    The search's validation tasks are in none of them: they did the selecting, so they may teach
    and may not judge. Categories with fewer training tasks than folds are in none either.
    More repeats leave the first ones as they are. Raises ConfigError when no category has enough.
    """
    # A second to import, and only this function needs it.
    from sklearn.model_selection import RepeatedStratifiedKFold

    counts = Counter(split.train.values())
    tasks = [task for task, category in sorted(split.train.items()) if counts[category] >= folds]
    if not tasks:
        raise ConfigError(
            "confirmation.folds must not be above the number of training tasks of the largest "
            f"category ({max(counts.values(), default=0)}), got {folds}; lower it, or write 0"
        )
    labels = np.array([split.train[task] for task in tasks])
    splitter = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
    divisions: list[dict[str, int]] = [{} for _ in range(repeats)]
    for number, (_, judged) in enumerate(splitter.split(labels, labels)):
        division = divisions[number // folds]
        division.update((tasks[row], number % folds) for row in judged.tolist())
    return Folds(folds, tuple(map(_sorted, divisions)), seed, split.content_hash)


def write_folds(path: Path, folds: Folds) -> None:
    """Write ``folds`` as JSON, atomically."""
    write_json(
        path,
        {
            "folds": folds.folds,
            "repeats": list(folds.repeats),
            "seed": folds.seed,
            "split_hash": folds.split_hash,
            "content_hash": folds.content_hash,
        },
    )


def load_folds(path: Path) -> Folds:
    """The folds in ``path``; raises InputError when they are missing, damaged or were edited."""
    record = read_json_object(path, _REMEDY)
    try:
        folds = Folds(
            int(record["folds"]),
            tuple({str(t): int(f) for t, f in repeat.items()} for repeat in record["repeats"]),
            int(record["seed"]),
            str(record["split_hash"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path} lacks or garbles a field ({error!r}); {_REMEDY}") from error
    if record.get("content_hash") != folds.content_hash:
        raise InputError(
            f"{path}: content_hash does not match the folds, so they were changed by hand or "
            f"damaged; {_REMEDY}"
        )
    return folds


def _sorted(division: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(division.items()))
