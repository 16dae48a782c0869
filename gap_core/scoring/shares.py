"""A share of successes with its interval. Called by every script that reports one."""

import math
from typing import NamedTuple

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
    if n == 0:
        return Share(0, 0, None, None, None)
    mean, z2 = hits / n, _Z_95**2
    middle = (mean + z2 / (2 * n)) / (1 + z2 / n)
    reach = _Z_95 / (1 + z2 / n) * math.sqrt(mean * (1 - mean) / n + z2 / (4 * n * n))
    # At 0 and 1 rounding could put the bound on the wrong side of the share.
    return Share(
        hits, n, mean, max(0.0, min(mean, middle - reach)), min(1.0, max(mean, middle + reach))
    )
