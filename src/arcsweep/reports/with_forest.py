"""An encoder and the random forest together: does the encoder see what the statistics do not?

Their probabilities are averaged, half and half. The weights are stated beforehand and not tuned, so
that the judged tasks select nothing here either; unequal weights might do better.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import softmax

from arcsweep.labels.taxonomy import CATEGORIES

Answers = Mapping[str, str]
"""Task → category."""

Numbers = Sequence[float]
"""One for each of CATEGORIES, in their order."""


def answers_with_forest(
    logits: Sequence[Mapping[str, Numbers]], forest: Sequence[Mapping[str, Numbers]]
) -> list[dict[str, str]]:
    """For each repeat, each task's category of the highest mean probability.

    logits: for each repeat, task → an encoder's logits; a task that it has none for (its training
        diverged) is the forest's alone.
    forest: for each repeat, task → the forest's probabilities.
    """
    return [
        {task: _named(of_encoder.get(task), of_forest[task]) for task in of_forest}
        for of_encoder, of_forest in zip(logits, forest, strict=True)
    ]


def _named(logits: Numbers | None, probabilities: Numbers) -> str:
    mean = np.asarray(probabilities, dtype=np.float64)
    if logits is not None:
        mean = (mean + softmax(np.asarray(logits, dtype=np.float64))) / 2
    return CATEGORIES[int(np.argmax(mean))]
