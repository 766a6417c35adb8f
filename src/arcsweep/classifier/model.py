"""The classifier as its user meets it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from arcsweep.classifier.calibration import calibrated
from arcsweep.classifier.ensemble import ensemble_probabilities
from arcsweep.classifier.file import Export
from arcsweep.classifier.inputs import AskedTask, read_demonstrations, task_from_object
from arcsweep.classifier.threshold import DEFAULT_PRECISION, Rule, make_rule
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.training.device import choose_device

Seen = Literal["trained", "selected", "related", "no"]
"""How far the models know a task's id: it trained them; it validated the search that selected
them; it shares the id of a RE-ARC task that did neither; or not at all."""


@dataclass(frozen=True)
class Answer:
    """What is said of one task.

    category: None is "I don't know". best, probability: the likeliest category and its calibrated
    probability, whether it was said or not. agreement: models that name ``best`` themselves.
    known: the label that the task had in training or validation, else None.
    """

    task_id: str
    source: str
    seen: Seen
    n_pairs: int
    category: str | None
    best: str
    probability: float
    second: str
    second_probability: float
    agreement: int
    n_models: int
    known: str | None


class Classifier:
    """An ensemble with its calibration; ask it about a task with :meth:`classify`."""

    def __init__(self, export: Export, device: str = "cpu") -> None:
        self.export = export
        self._device = choose_device(device)
        self._models = [member.model.to(self._device) for member in export.members]
        self._rules: dict[float, Rule] = {}

    @property
    def card(self) -> str:
        """The model card, Markdown."""
        return self.export.card

    def rule(self, precision: float = DEFAULT_PRECISION) -> Rule:
        """When the classifier answers, and how that went on the held-out tasks.

        Raises ConfigError as make_rule.
        """
        if precision not in self._rules:
            self._rules[precision] = make_rule(self.export.held_out, precision)
        return self._rules[precision]

    def classify(
        self,
        task: str | Path | Mapping[str, Any],
        precision: float = DEFAULT_PRECISION,
        answer_all: bool = False,
    ) -> Answer:
        """The answer for one task: a path of an ARC JSON file, or its object.

        Raises InputError when the task is not as ARC has it; else as classify_all.
        """
        if isinstance(task, Mapping):
            asked = task_from_object(task)
        else:
            path = Path(task)
            asked = AskedTask(path.stem, str(path), read_demonstrations(path))
        return self.classify_all([asked], precision, answer_all)[0]

    def classify_all(
        self,
        tasks: Sequence[AskedTask],
        precision: float = DEFAULT_PRECISION,
        answer_all: bool = False,
        advance: Callable[[], None] = lambda: None,
    ) -> list[Answer]:
        """The answers for many tasks, in their order.

        precision: share of answers to held-out tasks that the threshold must keep right.
        answer_all: name the likeliest category however unlikely it is.
        advance: called after each batch (ensemble.n_batches). Raises ConfigError as ``rule``.
        """
        rule = self.rule(precision)
        by_model = ensemble_probabilities(
            self._models,
            self.export.showing,
            [task.pairs for task in tasks],
            self._device,
            advance,
        )
        likely = calibrated(by_model.mean(axis=0), rule.temperature)
        votes = by_model.argmax(axis=2)
        threshold = 0.0 if answer_all else rule.threshold
        return [
            self._answer(task, likely[row], votes[:, row], threshold)
            for row, task in enumerate(tasks)
        ]

    def seen(self, task_id: str) -> Seen:
        """How far the models know this id."""
        if task_id in self.export.known:
            return "trained"
        if task_id in self.export.validated:
            return "selected"
        return "related" if task_id in self.export.related else "no"

    def _answer(
        self,
        task: AskedTask,
        likely: NDArray[np.float64],
        votes: NDArray[np.int64],
        threshold: float | None,
    ) -> Answer:
        best, second = np.argsort(-likely, kind="stable")[:2].tolist()
        said = threshold is not None and likely[best] >= threshold
        labels = {**self.export.validated, **self.export.known}
        return Answer(
            task_id=task.task_id,
            source=task.source,
            seen=self.seen(task.task_id),
            n_pairs=len(task.pairs),
            category=CATEGORIES[best] if said else None,
            best=CATEGORIES[best],
            probability=float(likely[best]),
            second=CATEGORIES[second],
            second_probability=float(likely[second]),
            agreement=int((votes == best).sum()),
            n_models=len(votes),
            known=labels.get(task.task_id),
        )
