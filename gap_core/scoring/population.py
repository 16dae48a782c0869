"""Players as points (h, f) of a grid, and how many stand where. Called by the joint estimator.

The weights of the grid and the untainted error rate pi are fitted together to everything seen:
nonparametric empirical Bayes by EM, smoothed a little after each step (EMS), since points that
stand alone make intervals too narrow. What a few verdicts a player leave open stays near where EM
began: at a uniform density, since an even weight for each point would put more players at the
corners than there are and make intervals too wide.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gap_core.scoring.counts import SAMPLES, VERDICT_SAMPLES, CountTables
from gap_core.scoring.rates import ModelErrors, precision_of_wrong, untainted_share

GRID_SIDE = 25
# Equal steps of the arcsine, whose spread is the same everywhere: dense near 0 and 1.
GRID_AXIS = np.sin(np.pi / 4 * (2 * np.arange(GRID_SIDE) + 1) / GRID_SIDE) ** 2
GRID_EDGES = np.sin(np.pi / 2 * np.arange(GRID_SIDE + 1) / GRID_SIDE) ** 2
HIT, FALSE_ALARM = (axis.ravel() for axis in np.meshgrid(GRID_AXIS, GRID_AXIS, indexing="ij"))
# Every rate as likely as any other, so a point weighs as much as its cell of the square is large.
FLAT = np.outer(np.diff(GRID_EDGES), np.diff(GRID_EDGES)).ravel()

NEIGHBOUR_SHARE = 0.005  # of a point's density, to each neighbour, after each step
ROUNDS = 6  # of pi
STEPS = 25  # of the weights within a round
NEWTON_STEPS = 20
RATE_BOUNDS = (0.005, 0.995)
START_RATE = 0.5
RATE_PRIOR = 1.0  # imagined errors, and as many right answers: holds pi where nothing tells it
LONGEST_STEP = 6.0  # of pi, in steps that EM would take
PROBE = 0.03  # how far from its best value pi is moved to see how firmly it is held there
BLOCK_ROWS = 256  # small enough that a block is read from memory once a step
LEAST_LOG = -60.0  # of a likelihood, against the best point's; what is below counts as nothing

Parts = list[tuple[np.ndarray, np.ndarray, np.ndarray]]  # likelihood, players, rows


@dataclass(frozen=True)
class Population:
    """Where players stand, as fitted.

    Attributes:
        weights: (G,) share of players at each point of the grid.
        error_rate: pi, how often the model errs on untainted pictures.
        error_rate_sd: standard error of pi.
        errors: what was measured of the model on tainted pictures.
    """

    weights: np.ndarray
    error_rate: float
    error_rate_sd: float = 0.0
    errors: ModelErrors = ModelErrors()

    @property
    def log_shares(self) -> np.ndarray:
        """(8, G) log probability of each sample at each point, in the order of SAMPLES.

        A player's log likelihood is their counts times this, so a sample adds one row.
        """
        return _log_shares(self.error_rate, self.errors)


def flat_population(errors: ModelErrors = ModelErrors()) -> Population:  # noqa: B008 (frozen)
    """What is taken while nobody has played: every rate alike, pi one half or anything."""
    rounded = _Round(np.zeros((2, len(FLAT))), START_RATE)
    return Population(FLAT, START_RATE, float(rounded.information**-0.5), errors)


def fit_population(
    tables: CountTables,
    *,
    errors: ModelErrors = ModelErrors(),  # noqa: B008 (frozen)
) -> Population:
    """The weights and the error rate that explain everybody's counts best.

    One imagined player of whom nothing is known is added, so nobody gives the flat population.

    Source: Laird 1978 (mixtures by EM); Silverman et al. 1990 (EMS); Meng & Rubin 1991 (standard
        errors from the rate of convergence).
    """
    weights, rate = FLAT, START_RATE
    before: _Round | None = None
    for _ in range(ROUNDS):
        weights, now = _round(tables, weights, rate, errors)
        before, rate = now, _next_rate(now, before)
    probe = rate + (PROBE if rate < START_RATE else -PROBE)
    _, here = _round(tables, weights, rate, errors)
    _, there = _round(tables, weights, probe, errors)
    pull = np.clip((here.gap - there.gap) / (probe - rate), 1 / LONGEST_STEP, 1.0)
    variance = 1 / (here.information * pull) + errors.error_rate_variance(rate)
    return Population(weights, rate, float(variance**0.5), errors)


class _Round(NamedTuple):
    """What the players tell of pi at the value `rate`."""

    marks: np.ndarray  # (2, G) expected Wrong and Correct, unchecked, on untainted pictures
    rate: float
    checked: np.ndarray = np.zeros(2)  # (2,) Wrong where the model was wrong, and right

    @property
    def gap(self) -> float:
        """How far EM would move pi."""
        return _best_rate(self) - self.rate

    @property
    def information(self) -> float:
        """Of pi, if everybody's place were known."""
        return _slopes(self, self.rate)[1]


def _round(
    tables: CountTables, weights: np.ndarray, rate: float, errors: ModelErrors
) -> tuple[np.ndarray, _Round]:
    parts = _likelihoods(tables, rate, errors)
    for _ in range(STEPS):
        weights = _step(parts, weights)
    checked = tables.total[VERDICT_SAMPLES:].astype(float)
    return weights, _Round(_untainted_marks(parts, weights), rate, checked)


def _log_shares(rate: float, errors: ModelErrors) -> np.ndarray:
    told = errors.told_share(HIT, FALSE_ALARM)
    honest = errors.honest_share(HIT, FALSE_ALARM)
    other = untainted_share(HIT, FALSE_ALARM, rate)
    # A checked mark counts as a mark and, on top, as what was found given that it was a mark.
    found = precision_of_wrong(HIT, FALSE_ALARM, rate)
    return np.log(
        np.stack([told, 1 - told, honest, 1 - honest, other, 1 - other, found, 1 - found])
    )


def _likelihoods(tables: CountTables, rate: float, errors: ModelErrors) -> Parts:
    shares = _log_shares(rate, errors).astype(np.float32)
    parts = []
    for start in range(0, len(tables.rows), BLOCK_ROWS):
        rows = tables.rows[start : start + BLOCK_ROWS].astype(np.float32)
        fit = rows @ shares  # (B, G)
        fit -= fit.max(axis=1, keepdims=True)
        # Numbers too small for a normal float make every product many times slower.
        fit[fit < LEAST_LOG] = -np.inf
        players = tables.players[start : start + BLOCK_ROWS].astype(np.float32)
        parts.append((np.exp(fit, out=fit), players, rows))
    return parts


def _step(parts: Parts, weights: np.ndarray) -> np.ndarray:
    share = weights.astype(np.float32)
    total = np.zeros(len(weights))
    for fit, players, _ in parts:
        total += (players / (fit @ share)) @ fit
    density = (weights * total / FLAT + 1).reshape(GRID_SIDE, GRID_SIDE)
    spread = _smoothed(_smoothed(density).T).T.ravel() * FLAT
    return spread / spread.sum()


def _smoothed(density: np.ndarray) -> np.ndarray:
    padded = np.pad(density, ((1, 1), (0, 0)), mode="edge")
    neighbours = padded[:-2] + padded[2:]
    return (1 - 2 * NEIGHBOUR_SHARE) * density + NEIGHBOUR_SHARE * neighbours


def _untainted_marks(parts: Parts, weights: np.ndarray) -> np.ndarray:
    """(2, G) expected unchecked Wrong and Correct on untainted pictures, by players' points."""
    share, first = weights.astype(np.float32), SAMPLES.index("untainted_marked_wrong")
    marks = np.zeros((2, len(weights)))
    for fit, players, rows in parts:
        own = rows[:, first:VERDICT_SAMPLES].copy()
        own[:, 0] -= rows[:, VERDICT_SAMPLES:].sum(axis=1)
        marks += (own * (players / (fit @ share))[:, None]).T @ fit
    return marks * weights


def _best_rate(now: _Round) -> float:
    rate = now.rate
    for _ in range(NEWTON_STEPS):
        slope, bend = _slopes(now, rate)
        rate = float(np.clip(rate + slope / bend, *RATE_BOUNDS))
    return rate


def _slopes(now: _Round, rate: float) -> tuple[float, float]:
    """First derivative of the log likelihood of pi, and the second one's negative.

    A mark of which an expert found the truth has the likelihood pi·h or (1 - pi)·f.
    """
    marks, (wrong, right) = now.marks, now.checked + RATE_PRIOR
    gain, share = HIT - FALSE_ALARM, untainted_share(HIT, FALSE_ALARM, rate)
    up, down = gain / share, gain / (1 - share)
    slope = marks[0] @ up - marks[1] @ down + wrong / rate - right / (1 - rate)
    bend = marks[0] @ up**2 + marks[1] @ down**2
    return float(slope), float(bend + wrong / rate**2 + right / (1 - rate) ** 2)


def _next_rate(now: _Round, before: _Round | None) -> float:
    # EM alone closes the gap by a third a round; the secant of two rounds goes most of the way.
    gap, length = now.gap, 1.0
    if before is not None and before.gap != gap:
        length = (now.rate - before.rate) / (before.gap - gap)
        length = length if 0 < length < LONGEST_STEP else 1.0
    return float(np.clip(now.rate + length * gap, *RATE_BOUNDS))
