"""An estimate with its interval, for one player or for many. Called by everything that scores."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate and the equal-tailed interval around it."""

    mean: float
    low: float
    high: float


class Estimates(NamedTuple):
    """Posteriors of many players, (N,) each.

    A player of whom an estimator can say nothing has the mean NaN and the interval 0 to 1.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def of(self, place: int) -> Interval | None:
        """One player's posterior; None where there is none."""
        if np.isnan(self.mean[place]):
            return None
        return Interval(float(self.mean[place]), float(self.low[place]), float(self.high[place]))


def holding(mean: np.ndarray, low: np.ndarray, high: np.ndarray) -> Estimates:
    """The estimates, with intervals stretched where a skewed posterior's mean lies outside."""
    return Estimates(mean, np.minimum(mean, low), np.maximum(mean, high))


def weighted_interval(
    values: np.ndarray, weights: np.ndarray, *, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """The equal-tailed interval that holds `level` of the weight, interpolated between points.

    Args:
        values: (G,) ascending.
        weights: (N, G), each row summing to 1.
        level: above 0 and below 1.

    Returns:
        Lower and upper bound of each row, (N,) each.
    """
    middles = np.cumsum(weights, axis=1)
    middles -= weights / 2  # (N, G)
    rows = np.arange(len(weights))

    def quantile(share: float) -> np.ndarray:
        above = np.clip((middles < share).sum(axis=1), 1, len(values) - 1)
        low, high = middles[rows, above - 1], middles[rows, above]
        part = np.clip((share - low) / np.maximum(high - low, 1e-300), 0, 1)
        return values[above - 1] + part * (values[above] - values[above - 1])

    return quantile((1 - level) / 2), quantile((1 + level) / 2)
