"""A share of successes with its interval. Called by every script that reports one."""

import math
from typing import NamedTuple

import numpy as np

_Z_95 = 1.959964


class Share(NamedTuple):
    """A share with n and its two-sided 95% interval; all None where nothing was counted."""

    hits: int
    n: int
    mean: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """As tables print it: "0.962 [0.951, 0.971] n=1500"."""
        if self.mean is None:
            return "not measured, n=0"
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.n}"


def share_of(hits: int, n: int) -> Share:
    """The share hits / n with Wilson's interval.

    Raises:
        ValueError: hits are not between 0 and n.

    Source: Wilson 1927; Brown, Cai & DasGupta 2001.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} hits of {n} are no share.")
    return _wilson(hits, n, independent=n)


def clustered_share_of(hits: np.ndarray, n: np.ndarray) -> Share:
    """The share of all hits among all n, where only clusters are independent of each other.

    Wilson's interval for as many independent draws as would vary as much.

    Args:
        hits: (C,) successes of each cluster.
        n: (C,) trials of each cluster.

    Source: Kish 1965, ch. 8 (ratio of cluster totals, effective sample size).
    """
    every, own = int(n.sum()), n > 0
    if every == 0:
        return _wilson(0, 0, independent=0)
    mean = float(hits.sum() / every)
    squared_se = float(((hits - mean * n) ** 2).sum()) / every**2
    independent = mean * (1 - mean) / squared_se if squared_se > 0 else float(own.sum())
    return _wilson(int(hits.sum()), every, independent=min(independent, every))


def _wilson(hits: int, n: int, *, independent: float) -> Share:
    if n == 0:
        return Share(0, 0, None, None, None)
    mean, z2 = hits / n, _Z_95**2
    middle = (mean + z2 / (2 * independent)) / (1 + z2 / independent)
    spread = mean * (1 - mean) / independent + z2 / (4 * independent**2)
    reach = _Z_95 / (1 + z2 / independent) * math.sqrt(spread)
    # At 0 and 1 rounding could put the bound on the wrong side of the share.
    return Share(
        hits, n, mean, max(0.0, min(mean, middle - reach)), min(1.0, max(mean, middle + reach))
    )
