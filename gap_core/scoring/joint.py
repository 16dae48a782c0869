"""The joint estimator: a player's posterior over the population's grid. The game's default."""

import numpy as np
from scipy.special import ndtri

from gap_core.scoring.counts import CountTables
from gap_core.scoring.interval import LEVEL, Estimates, holding, weighted_interval
from gap_core.scoring.population import (
    FALSE_ALARM,
    HIT,
    RATE_BOUNDS,
    Population,
    fit_population,
)
from gap_core.scoring.rates import ModelErrors, precision_of_wrong

BLOCK_ROWS = 64  # small enough for the processor to keep
RATE_NODES = 7
# Equally likely values of a normal variable, scaled to unit variance: what pi may be as well.
_QUANTILES = ndtri((np.arange(RATE_NODES) + 0.5) / RATE_NODES)
DEVIATIONS = _QUANTILES / np.sqrt(np.mean(_QUANTILES**2))


class JointEstimator:
    """Mean and interval of h·pi / (h·pi + f·(1 - pi)) over where a player may stand.

    Every count table has a posterior: without samples it is the population's, and a player with
    h <= f stands below the diagonal, where the value is at most pi. What experts found of marked
    answers (the checked samples) tells of the player and, once fitted, of pi. They look at marks of
    players with a high posterior first; that choice hangs on nothing but counts that are seen too,
    so it needs no correction, as long as findings of both kinds count.

    Source: specification of the project, scoring (c); nonparametric empirical Bayes.
    """

    def __init__(self, population: Population) -> None:
        """Take the population as given, with pi as uncertain as it says."""
        rates = population.error_rate + DEVIATIONS * population.error_rate_sd
        values = np.concatenate(
            [precision_of_wrong(HIT, FALSE_ALARM, rate) for rate in np.clip(rates, *RATE_BOUNDS)]
        )
        order = np.argsort(values, kind="stable")
        self.population = population
        self._values = values[order]  # (R·G,) ascending
        self._points = order % len(HIT)  # (R·G,) which point of the grid each belongs to
        self._log_shares = population.log_shares  # (8, G)
        self._log_weights = np.log(population.weights)

    @classmethod
    def fit(cls, tables: CountTables, *, errors: ModelErrors) -> "JointEstimator":
        """The estimator over the population that explains these tables best."""
        return cls(fit_population(tables, errors=errors))

    def estimates(self, rows: np.ndarray, *, level: float = LEVEL) -> Estimates:
        """Posteriors of players with these counts, (N, 8)."""
        blocks = [
            self._of_logs(rows[start : start + BLOCK_ROWS] @ self._log_shares, level)
            for start in range(0, max(1, len(rows)), BLOCK_ROWS)
        ]
        return Estimates(*(np.concatenate(part) for part in zip(*blocks, strict=True)))

    def _of_logs(self, log_likelihoods: np.ndarray, level: float) -> Estimates:
        logs = log_likelihoods + self._log_weights
        shares = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))  # (N, G)
        shares /= RATE_NODES * shares.sum(axis=1, keepdims=True)
        shares = shares[:, self._points]  # (N, R·G)
        low, high = weighted_interval(self._values, shares, level=level)
        return holding(shares @ self._values, low, high)
