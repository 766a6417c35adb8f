"""Conditions that never, or hardly ever, hold."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from arcsweep.audit.drawing import draw
from arcsweep.audit.finding import Finding
from arcsweep.config.conditions import constraints
from arcsweep.study.space import Space

N_DRAWS = 4000
MIN_TRIALS = 10
"""Expected trials below which nothing can be learned of a parameter."""


def condition_findings(
    space: Space, n_trials: int, generator: np.random.Generator
) -> Iterator[Finding]:
    """Parameters that no trial, or too few, will have; counted over random draws."""
    active: Counter[str] = Counter()
    for _ in range(N_DRAWS):
        active.update(space.active(draw(space, generator)))
    needed = constraints(space.parameters)
    for name, parameter in space.parameters.items():
        if not parameter.when:
            continue
        key, share = f"study.space.{name}.when", active[name] / N_DRAWS
        evidence = f"active in {active[name]:,} of {N_DRAWS:,} random draws"
        if any(not allowed for allowed in needed[name].values()) or not active[name]:
            yield Finding(
                "error", key, "never holds", evidence, "correct the condition or remove it"
            )
        elif share == 1.0:
            yield Finding("note", key, "always holds", evidence, "leave the condition out")
        elif share * n_trials < MIN_TRIALS:
            yield Finding(
                "warning", key,
                f"holds in {share:.1%} of trials: about {share * n_trials:.0f} of {n_trials} will "
                f"tell of {name}", evidence,
                "raise study.n_trials, or drop values of the parameters that it depends on",
            )  # fmt: skip
