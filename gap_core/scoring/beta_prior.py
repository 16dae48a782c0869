"""A Beta prior over players, fitted to all of them. Called by the smoothing estimators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from gap_core.scoring.interval import Estimates, holding

FLAT_CONCENTRATION = 2.0  # of Beta(1, 1), the prior while nothing is known of anybody
HYPERPRIOR_SD = 1.5
GRID_HALF_WIDTH = 4.0
GRID_POINTS = 17
REFINEMENTS = 4
MARKS_ENOUGH = 200  # with so many a player's own rate is known and more tells no more of the rest


@dataclass(frozen=True)
class BetaPrior:
    """Beta(a, b) over a share that differs from player to player."""

    a: float
    b: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        if not (self.a > 0 and self.b > 0):
            raise ValueError(f"Beta({self.a}, {self.b}) is no prior; both must be above 0.")

    def after(self, hits: ArrayLike, misses: ArrayLike, *, level: float) -> Estimates:
        """Players' shares after so many hits and misses, (N,) each.

        Source: beta-binomial conjugacy; Gelman et al. 2013, ch. 2.
        """
        a, b = self.a + np.asarray(hits), self.b + np.asarray(misses)
        low, high = (betaincinv(a, b, tail) for tail in ((1 - level) / 2, (1 + level) / 2))
        return holding(a / (a + b), low, high)

    def quantiles(self, hits: ArrayLike, misses: ArrayLike, *, shares: np.ndarray) -> np.ndarray:
        """Quantiles of players' shares after so many hits and misses, (N, S)."""
        a, b = self.a + np.asarray(hits), self.b + np.asarray(misses)
        return betaincinv(a[:, None], b[:, None], shares)


def fit_beta_prior(
    hits: ArrayLike, misses: ArrayLike, *, players: ArrayLike | None = None
) -> BetaPrior:
    """The prior that explains all players best: empirical Bayes, kept from running off.

    The marginal (beta-binomial) likelihood is maximised over mean and concentration with a weak
    hyperprior around Beta(1, 1), which is the result while no one has marked anything.

    Args:
        hits: (T,) counts, one entry a player.
        misses: (T,) counts.
        players: (T,) how many players have these counts; one each if left out.

    Raises:
        ValueError: players of another length, or below 0.
    """
    counts = np.asarray(hits, dtype=float)
    shares = np.ones(len(counts)) if players is None else np.asarray(players, dtype=float)
    if len(shares) != len(counts) or (shares < 0).any():
        raise ValueError("players needs one number, 0 or more, for each entry.")
    marks = _MarkCounts.of(counts, np.asarray(misses, dtype=float), shares)
    centre, half_width = np.zeros(2), GRID_HALF_WIDTH
    for _ in range(REFINEMENTS):
        centre = _best_point(marks, centre, half_width)
        half_width *= 4 / GRID_POINTS
    a, b = _parameters(centre[0], centre[1])
    return BetaPrior(a=float(a), b=float(b))


@dataclass(frozen=True)
class _MarkCounts:
    """At place i: how many players have more than i hits, misses, and both together."""

    hits: np.ndarray
    misses: np.ndarray
    either: np.ndarray

    @classmethod
    def of(cls, hits: np.ndarray, misses: np.ndarray, shares: np.ndarray) -> "_MarkCounts":
        every = hits + misses
        scale = np.minimum(1, MARKS_ENOUGH / np.maximum(every, 1))
        hit_marks = np.rint(hits * scale).astype(int)
        marks = np.rint(every * scale).astype(int)
        return cls(
            hits=_more_than(hit_marks, shares),
            misses=_more_than(marks - hit_marks, shares),
            either=_more_than(marks, shares),
        )


def _more_than(counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    exactly = np.bincount(counts, weights=shares) if len(counts) else np.zeros(1)
    return exactly[::-1].cumsum()[::-1][1:]  # (largest count,)


def _parameters(tilt: np.ndarray, spread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = 1 / (1 + np.exp(-tilt))
    concentration = FLAT_CONCENTRATION * np.exp(spread)
    return mean * concentration, (1 - mean) * concentration


def _best_point(marks: _MarkCounts, centre: np.ndarray, half_width: float) -> np.ndarray:
    steps = np.linspace(-half_width, half_width, GRID_POINTS)
    tilt, spread = np.meshgrid(centre[0] + steps, centre[1] + steps)  # (G, G)
    a, b = _parameters(tilt, spread)
    # B(a + k, b + n - k) / B(a, b) written as products of rising factors, one for each mark.
    fit = -(tilt**2 + spread**2) / (2 * HYPERPRIOR_SD**2)
    for base, counts, sign in ((a, marks.hits, 1), (b, marks.misses, 1), (a + b, marks.either, -1)):
        for place, players in enumerate(counts):
            fit = fit + sign * players * np.log(base + place)
    best = np.unravel_index(np.argmax(fit), fit.shape)
    return np.array([tilt[best], spread[best]])
