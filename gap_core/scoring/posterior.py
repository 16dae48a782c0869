"""How far a player's "Wrong" can be believed, from the verdicts on tainted pictures.

Called by the game at every verdict, and by simulation and reports. Two estimators stand side by
side: the paper's ratio, and one smoothed by what is known of all players.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gap_core.scoring.beta import beta_quantile

LEVEL = 0.95
FLAT_CONCENTRATION = 2.0  # of Beta(1, 1), the prior while nothing is known of anybody
HYPERPRIOR_SD = 1.5
GRID_HALF_WIDTH = 4.0
GRID_POINTS = 17
REFINEMENTS = 4
MARKS_ENOUGH = 200  # with so many a player's own rate is known and more tells no more of the rest


@dataclass(frozen=True)
class TaintedCounts:
    """A player's verdicts on tainted pictures, by what the model had been told (I) and H."""

    told_marked_wrong: int
    told_marked_correct: int
    honest_marked_wrong: int
    honest_marked_correct: int

    def __post_init__(self) -> None:
        """Refuse counts below zero."""
        if min(vars(self).values()) < 0:
            raise ValueError(f"{self} has a count below 0.")

    @property
    def wrong_marks(self) -> int:
        """How often the player marked an answer on a tainted picture wrong."""
        return self.told_marked_wrong + self.honest_marked_wrong


@dataclass(frozen=True)
class Interval:
    """An estimate and the equal-tailed interval around it."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class BetaPrior:
    """Beta(a, b) over the players' precision of "Wrong"."""

    a: float
    b: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        if not (self.a > 0 and self.b > 0):
            raise ValueError(f"Beta({self.a}, {self.b}) is no prior; both must be above 0.")


def paper_posterior(counts: TaintedCounts) -> float | None:
    """P(M=0 | H=0) with every probability the player's own share; None where nothing was marked.

    P(H=0|I=1)·P(I=1) is the share of told-wrong answers marked wrong among all, so that the
    ratio comes down to the precision of the player's "Wrong".

    Source: GAP paper, section 3, the posterior for untainted pictures.
    """
    if counts.wrong_marks == 0:
        return None
    return counts.told_marked_wrong / counts.wrong_marks


def smoothed_posterior(counts: TaintedCounts, *, prior: BetaPrior) -> Interval:
    """The precision of the player's "Wrong" under the prior; where nothing was marked, the prior's.

    Source: beta-binomial conjugacy; Gelman et al. 2013, ch. 2.
    """
    a = prior.a + counts.told_marked_wrong
    b = prior.b + counts.honest_marked_wrong
    tail = (1 - LEVEL) / 2
    mean = a / (a + b)
    return Interval(
        mean=mean,
        low=min(mean, beta_quantile(tail, a=a, b=b)),
        high=max(mean, beta_quantile(1 - tail, a=a, b=b)),
    )


def fit_beta_prior(
    players: Sequence[TaintedCounts], *, weights: Sequence[float] | None = None
) -> BetaPrior:
    """The prior that explains all players best: empirical Bayes, kept from running off.

    The marginal (beta-binomial) likelihood is maximised over mean and concentration with a weak
    hyperprior around Beta(1, 1), which is the result while no one has marked anything.

    Args:
        players: one count table a player.
        weights: how many players have that table; one each if left out.

    Raises:
        ValueError: weights of another length, or below 0.
    """
    shares = np.ones(len(players)) if weights is None else np.asarray(weights, dtype=float)
    if len(shares) != len(players) or (shares < 0).any():
        raise ValueError("weights needs one number, 0 or more, for each player.")
    marks = _MarkCounts.of(players, shares)
    centre, half_width = np.zeros(2), GRID_HALF_WIDTH
    for _ in range(REFINEMENTS):
        centre = _best_point(marks, centre, half_width)
        half_width *= 4 / GRID_POINTS
    a, b = _parameters(centre[0], centre[1])
    return BetaPrior(a=float(a), b=float(b))


@dataclass(frozen=True)
class _MarkCounts:
    """At place i: how many players have more than i told, honest, and all wrong marks."""

    told: np.ndarray
    honest: np.ndarray
    either: np.ndarray

    @classmethod
    def of(cls, players: Sequence[TaintedCounts], shares: np.ndarray) -> "_MarkCounts":
        told = np.array([player.told_marked_wrong for player in players], dtype=float)
        every = np.array([player.wrong_marks for player in players], dtype=float)
        scale = np.minimum(1, MARKS_ENOUGH / np.maximum(every, 1))
        told_marks = np.rint(told * scale).astype(int)
        marks = np.rint(every * scale).astype(int)
        return cls(
            told=_more_than(told_marks, shares),
            honest=_more_than(marks - told_marks, shares),
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
    for base, counts, sign in ((a, marks.told, 1), (b, marks.honest, 1), (a + b, marks.either, -1)):
        for place, players in enumerate(counts):
            fit = fit + sign * players * np.log(base + place)
    best = np.unravel_index(np.argmax(fit), fit.shape)
    return np.array([tilt[best], spread[best]])
