"""Where the written specification of the study counts or writes otherwise than is possible."""

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arcsweep.study.space import Space

SPECIFIED_FINGERPRINT = "c9e2f6055cda917dfd5a9290ceb0dba3181c45bac147f67e3327940f9f358fe8"
"""Fingerprint of the space of visual_classifier_cnn_vs_context_v2_expanded."""

_SPECIFIED_TRIALS = 150


@dataclass(frozen=True)
class Note:
    """One figure of the specification that is off."""

    figure: str
    stated: str
    correct: str
    reason: str


def specification_notes(space: "Space") -> list[Note]:
    """The figures that are off; none for any other space than the specified one."""
    from arcsweep.config.space import FloatConfig

    decay = space.parameters.get("weight_decay")
    if space.fingerprint() != SPECIFIED_FINGERPRINT or not isinstance(decay, FloatConfig):
        return []
    counts = space.n_discrete("encoder_type")
    cnn, context, total = counts["cnn"], counts["context"], sum(counts.values())
    share = f"{_SPECIFIED_TRIALS / total * 100:.2f} %"
    zero_below = decay.zero_below or decay.low
    zeros = log(zero_below / decay.low) / log(decay.high / decay.low)
    return [
        Note("context", "7,200", f"{context:,}", "4 × 5 × 2 × 2 × 4 × 3 × 5 × 3"),
        Note("both encoders", "13,600", f"{total:,}", f"{cnn:,} + {context:,}"),
        Note("share covered", "1.1 %", share, f"{_SPECIFIED_TRIALS} ÷ {total:,}"),
        Note(
            "weight_decay",
            "log, 0.0 to 0.1",
            "log, 1e-6 to 0.1",
            "A log scale never reaches 0. Samples below 1e-5 train with exactly 0.0: "
            f"{zeros * 100:.0f} % of random ones.",
        ),
    ]
