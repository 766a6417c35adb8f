"""Which pairs of parameters act together within one group's own part of the search space.

Two parameters interact when what one does depends on the other. The measure is the share of the
differences between trials that a pair explains beyond what both explain by themselves: the
adjusted increment of R squared when the product of the two is added to a linear model with the
levels and the slopes of both. A parameter with an order enters the product by its rank (one degree
of freedom), a choice by its choices. Standings are turned into normal scores (van der Waerden)
first: ranks bend near both ends, so that two strong parameters which merely add up would seem to
interact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, rankdata

from arcsweep.config.space import CategoricalConfig, ParameterConfig
from arcsweep.protocol import ParamValue
from arcsweep.reports.levels import levels_of
from arcsweep.reports.measured import Measured
from arcsweep.reports.scores import Resampling
from arcsweep.reports.statistics import Interval, expanded_tail
from arcsweep.selection.groups import group_name

FloatArray = npt.NDArray[np.float64]

N_STRONGEST = 5
"""Pairs of this many parameters, those that explain most by themselves, are judged: ten pairs.
Of more, each would have to be stronger to be told from chance."""

MIN_TRIALS_OF_PAIR = 40
"""With fewer trials that had both parameters, no pair is judged."""

MIN_TRIALS_OF_CORNER = 5
"""Trials at each combination of the two (halves of a range, choices) that a pair needs."""

MIN_SHUFFLES = 2000


@dataclass(frozen=True)
class Corner:
    """Trials with one combination of a pair, and their mean standing (0 to 1)."""

    first: str
    second: str
    n_trials: int
    standing: float


@dataclass(frozen=True)
class Interaction:
    """share: of the differences between trials that the two explain together, beyond what they
    explain one by one. noise: what chance stays below for all judged pairs together."""

    first: str
    second: str
    share: Interval
    noise: float
    matters: bool
    corners: tuple[Corner, ...]


@dataclass(frozen=True)
class Interactions:
    """The judged pairs, the strongest first. n_untold: pairs with too few trials to judge."""

    pairs: tuple[Interaction, ...]
    n_untold: int

    @property
    def enough(self) -> bool:
        return bool(self.pairs)

    @property
    def found(self) -> tuple[Interaction, ...]:
        return tuple(pair for pair in self.pairs if pair.matters)


NO_PAIRS = Interactions((), 0)


def interactions(
    strongest: Sequence[Measured], standing: FloatArray, resampling: Resampling
) -> Interactions:
    """Pairs of the first ``N_STRONGEST`` parameters; ``standing`` is of all judged trials."""
    designs, untold = [], 0
    for first, second in combinations(strongest[:N_STRONGEST], 2):
        design = _design(first, second, standing)
        if design is None:
            untold += 1
        else:
            designs.append(design)
    level = 1 - (1 - resampling.confidence) / max(1, len(designs))
    found = [_judge(design, resampling, level) for design in designs]
    found.sort(key=lambda pair: -pair.share.estimate)
    return Interactions(tuple(found), untold)


@dataclass(frozen=True, eq=False)
class _Design:
    """additive: what each does alone, (n, a); product: columns of their product, (n, b)."""

    first: str
    second: str
    scores: FloatArray
    additive: FloatArray
    product: FloatArray
    corners: tuple[Corner, ...]


def _design(first: Measured, second: Measured, standing: FloatArray) -> _Design | None:
    """None where the pair has too few trials, or too few at one of its combinations."""
    common, at_first, at_second = np.intersect1d(first.rows, second.rows, return_indices=True)
    if len(common) < MIN_TRIALS_OF_PAIR:
        return None
    sides = [
        _side([one.values[i] for i in at], one.parameter)
        for one, at in ((first, at_first), (second, at_second))
    ]
    here = standing[common]
    corners = tuple(
        Corner(a, b, int(both.sum()), float(here[both].mean()) if both.any() else 0.0)
        for a, in_first in sides[0].halves
        for b, in_second in sides[1].halves
        for both in (in_first & in_second,)
    )
    if len(corners) < 4 or min(corner.n_trials for corner in corners) < MIN_TRIALS_OF_CORNER:
        return None
    n = len(common)
    product = np.einsum("ni,nj->nij", sides[0].slope, sides[1].slope).reshape(n, -1)
    alone = [matrix for side in sides for matrix in (side.levels, side.slope)]
    additive = np.hstack([np.ones((n, 1)), *alone])
    scores = norm.ppf((rankdata(here) - 0.5) / n)
    return _Design(first.name, second.name, scores, additive, product, corners)


@dataclass(frozen=True, eq=False)
class _Side:
    """levels: one-hot, (n, n_levels); slope: what enters the product, (n, 1) or (n, choices - 1).
    halves: what the corners are made of: (label, which trials)."""

    levels: FloatArray
    slope: FloatArray
    halves: tuple[tuple[str, npt.NDArray[np.bool_]], ...]


def _side(values: Sequence[ParamValue], parameter: ParameterConfig) -> _Side:
    levels = levels_of(values, parameter)
    members = np.eye(len(levels.labels))[levels.index]
    if isinstance(parameter, CategoricalConfig) and not _ordered(parameter):
        names = np.array([group_name(value) for value in values])
        halves = tuple((label, names == label) for label in levels.labels)
        return _Side(members, members[:, 1:] - members[:, 1:].mean(axis=0), halves)
    numbers = np.array(values, dtype=np.float64)
    ranks = rankdata(numbers) / len(numbers)
    cut = float(np.median(numbers))
    upper = numbers > cut if (numbers > cut).sum() * 3 >= len(numbers) else numbers >= cut
    if not upper.any() or upper.all():
        return _Side(members, (ranks - ranks.mean())[:, None], ())
    halves = tuple(
        (f"{numbers[part].min():.2g} to {numbers[part].max():.2g}", part)
        for part in (~upper, upper)
    )
    return _Side(members, (ranks - ranks.mean())[:, None], halves)


def _ordered(parameter: CategoricalConfig) -> bool:
    """Whether the choices are three or more numbers, which have an order."""
    numbers = [c for c in parameter.choices if isinstance(c, int | float)]
    return len(numbers) > 2 and not any(isinstance(c, bool) for c in parameter.choices)


def _judge(design: _Design, resampling: Resampling, level: float) -> Interaction:
    n, generator = len(design.scores), np.random.default_rng(resampling.seed)
    observed = _ratios(design, design.scores[None])
    # Freedman and Lane (1983): residuals of the additive model are what may be exchanged.
    additive = _basis(design.additive)
    fitted = additive @ (additive.T @ design.scores)
    n_shuffles = max(MIN_SHUFFLES, resampling.samples)
    tiled = np.tile(design.scores - fitted, (n_shuffles, 1))
    shuffled = _ratios(design, fitted + generator.permuted(tiled, axis=1))
    estimate = observed.share(float(observed.ratio[0]))
    noise = observed.share(float(np.quantile(shuffled.ratio, level, method="higher")))
    counts = generator.multinomial(n, np.full(n, 1 / n), size=resampling.samples)
    draws = _of_draws(design, counts.astype(np.float64))
    tail = expanded_tail(resampling.confidence, n, additive.shape[1] + design.product.shape[1])
    low, high = np.quantile(draws - (draws.mean() - estimate), [tail, 1 - tail])
    share = Interval(
        max(0.0, estimate), float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1)),
        resampling.confidence, n, f"bootstrap over {n} trials, {resampling.samples} resamples",
    )  # fmt: skip
    return Interaction(design.first, design.second, share, noise, estimate > noise, design.corners)


@dataclass(frozen=True, eq=False)
class _Ratios:
    """Of several orderings of the scores: F of the product beside the additive model, (m,).

    noise: mean square of what the first ordering leaves unexplained, as a share of its total.
    added: columns that the product adds.
    """

    ratio: FloatArray
    noise: float
    added: int

    def share(self, ratio: float) -> float:
        """The adjusted share that such a ratio is, epsilon squared (Kelley 1935): what the product
        explains, less what as many columns explain of noise."""
        return self.added * (ratio - 1) * self.noise


def _ratios(design: _Design, scores: FloatArray) -> _Ratios:
    n = scores.shape[1]
    bases = [_basis(m) for m in (design.additive, np.hstack([design.additive, design.product]))]
    squares = (scores**2).sum(axis=1)
    rest = [squares - ((scores @ basis) ** 2).sum(axis=1) for basis in bases]
    added = bases[1].shape[1] - bases[0].shape[1]
    noise = np.maximum(rest[1] / max(1, n - bases[1].shape[1]), 1e-12)
    total = float(((scores[0] - scores[0].mean()) ** 2).sum())
    ratio = (rest[0] - rest[1]) / max(1, added) / noise
    return _Ratios(ratio, float(noise[0]) / max(total, 1e-9), added)


def _of_draws(design: _Design, counts: FloatArray) -> FloatArray:
    """Adjusted increments of resampled trials; counts (m, n) says how often each one counts."""
    n, scores = counts.shape[1], design.scores
    mean = counts @ scores / n
    total = counts @ scores**2 - n * mean**2
    fits = [
        _explained(matrix, scores, counts)
        for matrix in (design.additive, np.hstack([design.additive, design.product]))
    ]
    squares = counts @ scores**2
    (alone, n_alone), (both, n_both) = fits
    noise = (squares - both) / np.maximum(1, n - n_both)
    return np.asarray((both - alone - (n_both - n_alone) * noise) / np.maximum(total, 1e-9))


def _explained(
    matrix: FloatArray, scores: FloatArray, counts: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """Squares that the weighted columns explain, and how many of them are independent, (m,)."""
    n, k = matrix.shape
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(n, k * k)
    values, vectors = np.linalg.eigh((counts @ products).reshape(-1, k, k))
    onto = np.einsum("mij,mi->mj", vectors, (counts * scores) @ matrix)
    real = values > 1e-9 * values[:, -1:]
    squares = np.divide(onto**2, values, out=np.zeros_like(onto), where=real)
    return squares.sum(axis=1), real.sum(axis=1)


def _basis(matrix: FloatArray) -> FloatArray:
    """Orthonormal columns that span those of ``matrix``, which may depend on one another."""
    left, values, _ = np.linalg.svd(matrix, full_matrices=False)
    kept: FloatArray = left[:, values > 1e-9 * values[0]]
    return kept
